"""One report: what is asked for, in a fixed number of queries, as groups with their figures."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.interests import Vocabulary
from ambassadors.core.moments import city
from ambassadors.core.refused import Refused
from ambassadors.core.reporting import (
    Figures,
    Period,
    median_wait,
    span_of,
    sum_up,
    terms_between,
    weeks_between,
)
from ambassadors.core.said import said
from ambassadors.core.zones import country, country_name
from ambassadors.models import Ambassador, Chat, User, WaitingRequest
from ambassadors.services.programme import programme_zone, vocabulary
from ambassadors.services.reports.counting import (
    Counts,
    Grouping,
    by_column,
    by_interest,
    count_chats,
    count_requests,
    read_waits,
)
from ambassadors.services.settings.current import current

LONGEST = timedelta(days=5 * 366)
USUAL = timedelta(weeks=26)
TIMES: dict[str, str] = {"week": said("Week"), "term": said("Term")}
OTHERS: dict[str, str] = {
    "country": said("Country"),
    "zone": said("Time zone"),
    "ambassador": said("Ambassador"),
}


@dataclass(frozen=True)
class Asked:
    """What a report is by, and its dates, both included."""

    by: str
    first: date
    last: date


@dataclass(frozen=True)
class Report:
    """The groups in order; `total` only where nothing is in two groups."""

    asked: Asked
    heading: str
    rows: tuple[Figures, ...]
    total: Figures | None

    @property
    def in_time(self) -> bool:
        """Whether the groups follow one another in time."""
        return self.asked.by in TIMES


@dataclass(frozen=True)
class Plan:
    """How one report is made: how chats and requests are grouped, what the groups are called, and
    their order where it is not that of the figures.
    """

    chats: Grouping
    requests: Grouping
    label: Callable[[str], str]
    order: Sequence[str] = ()


def choices(session: Session) -> dict[str, str]:
    """What a report can be by: time, each family that is asked for, place, person."""
    families = {one.key: one.label for one in vocabulary(session).families if one.role == "core"}
    return TIMES | families | OTHERS


def usual_dates(session: Session, now: datetime) -> tuple[date, date]:
    """The last half year."""
    today = now.astimezone(span_of(now.date(), now.date(), programme_zone(session))[0].tzinfo)
    return (today - USUAL).date(), today.date()


def make_report(session: Session, asked: Asked) -> Report:
    """The figures. Refused (422) for what is no grouping, or dates that are none or too long."""
    offered = choices(session)
    if asked.by not in offered:
        raise Refused(said("There is no report by that."), field="by")
    if not timedelta(0) <= asked.last - asked.first <= LONGEST:
        raise Refused(said("Choose dates in order, five years at most."), field="last")
    zone = programme_zone(session)
    span = span_of(asked.first, asked.last, zone)
    plan = plan_of(session, asked, zone)
    waits = read_waits(session, plan.chats, span)
    counted: Counts = defaultdict(Counter, {key: Counter() for key in plan.order})
    chats, requests = (count_chats, plan.chats), (count_requests, plan.requests)
    for found in (count(session, grouping, span) for count, grouping in (chats, requests)):
        for key, values in found.items():
            counted[key].update(values)
    by_key = gather(waits)
    rows = [
        Figures(key, plan.label(key), **values, wait=median_wait(by_key.get(key, ())))
        for key, values in counted.items()
    ]
    if not plan.order:
        rows.sort(key=lambda row: (-row.booked, -row.requests, row.label))
    disjoint = asked.by in TIMES or asked.by in OTHERS
    total = sum_up(rows, [time for _, time in waits]) if disjoint else None
    return Report(asked, offered[asked.by], tuple(rows), total)


def gather(waits: Sequence[tuple[str, timedelta]]) -> Mapping[str, list[timedelta]]:
    """How long prospects waited, by the groups of their first chats."""
    found: dict[str, list[timedelta]] = defaultdict(list)
    for key, time in waits:
        found[key].append(time)
    return found


def plan_of(session: Session, asked: Asked, zone: str) -> Plan:
    """How a report by that is made."""
    if asked.by in TIMES:
        between = weeks_between(asked.first, asked.last, zone)
        if asked.by == "term":
            terms = current(session).terms
            between = terms_between(asked.first, asked.last, zone, terms)
        return plan_periods(between)
    if asked.by == "country":
        return Plan(
            by_column(Chat, Chat.prospect_zone, country),
            by_column(WaitingRequest, WaitingRequest.time_zone, country),
            lambda code: country_name(code) or said("No country"),
        )
    if asked.by == "zone":
        return Plan(
            by_column(Chat, Chat.prospect_zone),
            by_column(WaitingRequest, WaitingRequest.time_zone),
            place_name,
        )
    if asked.by == "ambassador":
        names = ambassador_names(session)
        return Plan(
            by_column(Chat, Chat.ambassador_id),
            by_column(WaitingRequest, WaitingRequest.ambassador_id, lambda id: str(id or "")),
            lambda key: names.get(key, said("Nobody yet")),
        )
    return plan_interests(session, asked.by, vocabulary(session))


def plan_periods(periods: Sequence[Period]) -> Plan:
    """By time, in its order."""
    begins = [one.start.astimezone(UTC) for one in periods]  # compared faster, and often

    def place_of(moment: datetime) -> str:
        return str(bisect_right(begins, moment) - 1)

    return Plan(
        by_column(Chat, Chat.starts_at, place_of),
        by_column(WaitingRequest, WaitingRequest.created_at, place_of),
        lambda key: periods[int(key)].label,
        [str(place) for place in range(len(periods))],
    )


def plan_interests(session: Session, family: str, known: Vocabulary) -> Plan:
    """By the interests of a family, in the vocabulary's order; retired ones come last."""
    items = next(one.items for one in known.families if one.key == family)
    labels = {item.key: item.label for item in items}
    return Plan(
        by_interest(session, Chat, family),
        by_interest(session, WaitingRequest, family),
        lambda key: labels.get(key, key.partition("/")[2]),
        list(labels),
    )


def place_name(zone: str) -> str:
    """A zone in words: "Kolkata (Asia)"."""
    region = zone.partition("/")[0]
    return f"{city(zone)} ({region})" if region != zone else zone


def ambassador_names(session: Session) -> Mapping[str, str]:
    """Names by the ids that groups have."""
    rows = session.execute(
        select(Ambassador.id, User.name).join(User, Ambassador.user_id == User.id)
    )
    return {str(id): name for id, name in rows}
