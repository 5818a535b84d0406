"""The chats of a crowd: when they are, what became of them, and the rows that this leaves."""

import secrets
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from ambassadors.core import notices as rules
from ambassadors.core.chats import HOLD
from ambassadors.core.notices import Due, Kind, Times
from ambassadors.core.said import said
from ambassadors.core.zones import zone
from ambassadors.services.demo.invented import DAY, HOUR, QUESTIONS
from ambassadors.services.notices import message_id

PAST_WEEKS, COMING_WEEKS, A_DAY, A_WEEK = 104, 4, 3, 8
COMING = 20  # one chat of so many is still to come
BUFFER = timedelta(minutes=10)
SECOND = timedelta(seconds=1)
NEVER_SENT = said("Demo data: this mail never left.")
REFUSED = "550 5.1.1 There is no such mailbox here (demo data)."
EXCUSES = (
    ("prospect", "I have an exam that day, sorry!"),
    ("prospect", ""),
    ("ambassador", "My lab meeting was moved to that hour."),
    ("coordinator", "The ambassador is ill."),
)

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Person:
    """Somebody of the crowd; ambassadors have three hours each weekday from `begins` o'clock."""

    id: int
    user_id: int
    name: str
    email: str
    zone: str
    begins: int = 0

    @property
    def place(self) -> str:
        """Where an ambassador's chats happen."""
        return f"https://meet.example.edu/{self.id}"


@dataclass(frozen=True)
class Planned:
    """One chat: who, when, what became of it. `day` is the ambassador's own date."""

    ambassador: Person
    prospect: Person
    start: datetime
    day: date
    minutes: int
    ending: str
    moved: bool

    @property
    def end(self) -> datetime:
        """When it is over."""
        return self.start + timedelta(minutes=self.minutes)

    @property
    def times(self) -> Times:
        """What decides its notices."""
        return Times(self.start, self.end, self.ambassador.id)


def plan_chats(
    ambassadors: Sequence[Person], prospects: Sequence[Person], count: int, chance: Random,
    now: datetime,
) -> Iterator[Planned]:  # fmt: skip
    """So many chats in the order of their times, at most three a day and eight a week of anybody.

    Prospects take turns, so that nobody has two near each other.
    """
    shares = [
        count // len(ambassadors) + (n < count % len(ambassadors)) for n in range(len(ambassadors))
    ]
    slots = sorted(
        (
            (start, one.id, day, one)
            for one, share in zip(ambassadors, shares, strict=True)
            for start, day in choose_slots(one, share, chance, now)
        ),
        key=lambda slot: slot[:2],
    )
    for number, (start, _, day, one) in enumerate(slots):
        prospect = prospects[number % len(prospects)]
        ending = choose_ending(start, chance, now)
        moved = ending in ("completed", "confirmed") and chance.random() < 0.06
        minutes = chance.choice((20, 30, 30, 45))
        yield Planned(one, prospect, start, day, minutes, ending, moved)


def choose_slots(
    one: Person, share: int, chance: Random, now: datetime
) -> Iterator[tuple[datetime, date]]:
    """Hours of an ambassador's weeks, most of them past; each with its date there."""
    monday = (now - timedelta(days=now.weekday())).date()
    coming = share // COMING
    used: Counter[date] = Counter()
    for wanted, weeks in (
        (share - coming, range(-PAST_WEEKS, 1)),
        (coming, range(COMING_WEEKS)),
    ):
        found = 0
        places = [(week, slot) for week in weeks for slot in range(5 * A_DAY)]
        chance.shuffle(places)
        for week, slot in places:
            if found == wanted:
                break
            first = monday + timedelta(weeks=week)
            day = first + timedelta(days=slot // A_DAY)
            hour = time(one.begins + slot % A_DAY)
            start = datetime.combine(day, hour, zone(one.zone)).astimezone(now.tzinfo)
            fits = start > now + DAY if weeks.start == 0 else start < now - 3 * HOUR
            if fits and used[first] < A_WEEK:
                used[first] += 1
                found += 1
                yield start, day


def choose_ending(start: datetime, chance: Random, now: datetime) -> str:
    """What becomes of a chat; some of the last days are not marked yet."""
    draw = chance.random()
    if start > now:
        return "cancelled" if draw < 0.08 else "confirmed"
    if start > now - 2 * DAY and draw < 0.3:
        return "confirmed"
    for ending, share in (("no_show", 0.08), ("cancelled", 0.19), ("expired", 0.24)):
        if draw < share:
            return ending
    return "completed"


@dataclass(frozen=True)
class Step:
    """One change of a chat, and the notices it makes necessary; `voids` those of before."""

    at: datetime
    action: str
    actor: str
    user_id: int | None = None
    reason: str = ""
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    dues: tuple[Due, ...] = ()
    voids: bool = False


def bulk_rows(
    number: int, one: Planned, keys: Sequence[str], chance: Random, now: datetime
) -> tuple[Rows, Rows, Rows]:
    """A chat's row, its history, its notices."""
    booked = min(now, one.start) - timedelta(minutes=chance.randrange(1500, 20 * 1440))
    steps = list(happen(one, booked, chance, now))
    sequence = sum("sequence" in (step.after or {}) for step in steps)
    uid = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    chat = chat_row(number, uid, one, keys, chance)
    chat |= {
        "version": len(steps), "sequence": sequence, "created_at": booked,
        "changed_at": steps[-1].at, "hold_expires_at": booked + HOLD,
    }  # fmt: skip
    changes = [change_row(number, version, step) for version, step in enumerate(steps, 1)]
    return [chat], changes, list(notice_rows(number, uid, one, steps, now))


def happen(one: Planned, booked: datetime, chance: Random, now: datetime) -> Iterator[Step]:
    """Held, confirmed, perhaps moved, then ended."""
    hold = tuple(rules.for_hold(booked + HOLD, booked))
    yield Step(booked, "held", "prospect", dues=hold)
    if one.ending == "expired":
        yield change_status(
            Step(booked + HOLD, "expired", "service", voids=True), "held", "expired"
        )
        return
    at, seen = booked + timedelta(minutes=chance.randrange(1, 9)), one
    if one.moved:
        seen = replace(one, start=one.start + 2 * DAY)
    confirmed = Step(at, "confirmed", "prospect", voids=True)
    confirmed = replace(confirmed, dues=tuple(rules.for_confirmed(seen.times, at)))
    yield change_status(confirmed, "held", "confirmed")
    if one.moved:
        at += timedelta(hours=chance.randrange(1, 20))
        moved = Step(at, "moved", "prospect", voids=True)
        before, after = ({"starts_at": each.start.isoformat()} for each in (seen, one))
        dues = tuple(rules.for_changed(one.times, at))
        yield replace(
            moved, before=before | {"sequence": 0}, after=after | {"sequence": 1}, dues=dues
        )
    yield from end(one, at, chance, now)


def end(one: Planned, at: datetime, chance: Random, now: datetime) -> Iterator[Step]:
    """Called off, or over and marked, with what the prospect said of it."""
    if one.ending == "cancelled":
        actor, reason = chance.choice(EXCUSES)
        user = one.ambassador.user_id if actor == "ambassador" else None
        at += timedelta(minutes=chance.randrange(10, 1200))
        dues = tuple(rules.for_cancelled(one.times, at))
        step = Step(at, "cancelled", actor, user, reason, dues=dues, voids=True)
        step = change_status(step, "confirmed", "cancelled")
        yield replace(step, after={**(step.after or {}), "sequence": 1})
    elif one.ending in ("completed", "no_show"):
        at = one.end + 2 * HOUR
        mark = Step(at, one.ending.replace("_", "-"), "ambassador", one.ambassador.user_id)
        yield change_status(mark, "confirmed", one.ending)
        later = one.end + timedelta(hours=chance.randrange(3, 60))
        if one.ending == "completed" and chance.random() < 0.4 and later < now:
            yield Step(later, "feedback", "prospect")


def change_status(step: Step, before: str, after: str) -> Step:
    """The step with the status before and after it."""
    return replace(step, before={"status": before}, after={"status": after})


def chat_row(
    number: int, uid: str, one: Planned, keys: Sequence[str], chance: Random
) -> dict[str, Any]:
    """The columns that no change touches."""
    interests = sorted(chance.sample(keys, min(len(keys), chance.randrange(1, 5))))
    return {
        "id": number, "uid": uid, "nonce": secrets.token_urlsafe(32), "status": one.ending,
        "ambassador_id": one.ambassador.id, "prospect_id": one.prospect.id,
        "starts_at": one.start, "ends_at": one.end,
        "blocked_from": one.start, "blocked_until": one.end + BUFFER,
        "cap_day": one.day, "cap_week": one.day - timedelta(days=one.day.weekday()),
        "prospect_name": one.prospect.name, "prospect_zone": one.prospect.zone,
        "question": chance.choice(QUESTIONS), "interests": interests, "most": interests[:1],
        "languages": ["en"], "score": chance.randrange(20, 101), "place": one.ambassador.place,
        "source": "api" if number % 9 == 0 else "web",
    }  # fmt: skip


def change_row(number: int, version: int, step: Step) -> dict[str, Any]:
    """One row of history."""
    return {
        "chat_id": number, "version": version, "at": step.at, "action": step.action,
        "actor": step.actor, "user_id": step.user_id, "reason": step.reason,
        "before": step.before or {}, "after": step.after or {},
    }  # fmt: skip


def notice_rows(
    number: int, uid: str, one: Planned, steps: Sequence[Step], now: datetime
) -> Iterator[dict[str, Any]]:
    """Every notice with what became of it: overtaken, sent at its time, refused, still to come."""
    link = {"chat_id": number, "request_id": None}
    for version, step in enumerate(steps, 1):
        overtaken = next((later.at for later in steps[version:] if later.voids), None)
        for due in step.dues:
            state = state_of(due, overtaken, now)
            if state == "sent" and due.kind == Kind.INVITATION and number % 401 == 0:
                state = "failed"
            to = one.prospect if due.recipient == "prospect" else one.ambassador
            yield notice_row((uid, version), due, step.at, state, to.email, link)


def state_of(due: Due, overtaken: datetime | None, now: datetime) -> str:
    """Whether a notice left at its time, was overtaken before, or waits."""
    if overtaken is not None and due.due_at >= overtaken:
        return "void"
    return "sent" if due.due_at <= now else "waiting"


def notice_row(
    subject: tuple[str, int], due: Due, made: datetime, state: str, email: str,
    link: dict[str, int | None],
) -> dict[str, Any]:  # fmt: skip
    """One notice; `subject` is what it is about, with the version."""
    went = state in ("sent", "failed")
    words = {"sent": NEVER_SENT, "failed": REFUSED, "void": "Overtaken by a later change."}
    return {
        "subject": subject[0], "version": subject[1], "kind": due.kind.value,
        "recipient": due.recipient, "due_at": due.due_at, "first_due_at": due.due_at,
        "not_after": due.not_after, "message_id": message_id(*subject, due), "created_at": made,
        "state": state, "attempts": int(went),
        "sent_at": due.due_at + SECOND if state == "sent" else None,
        "sent_to": email if went else "", "answer": words.get(state, ""), "details": {},
        "headline": f"{due.kind.value.replace('-', ' ').capitalize()}: your chat" if went else "",
        **link,
    }  # fmt: skip
