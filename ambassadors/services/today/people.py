"""Needs of people: who waits for a match, profiles, plans, caps."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ambassadors.core.hours import week_of
from ambassadors.core.spans import minute_of
from ambassadors.core.wording import count_text, date_text, work_text
from ambassadors.models import Ambassador, Plan, User, WaitingRequest
from ambassadors.services import approval
from ambassadors.services.oversight import RequestFilter, find_requests
from ambassadors.services.oversight.people_figures import count_weeks
from ambassadors.services.timesheets import over_limit
from ambassadors.services.today.needs import SHORT, Line, Need

NEAR = 0.8  # of the weekly cap


def waiting(session: Session, now: datetime, zone: str) -> Iterator[Need]:
    """Requests that wait for a match, the longest first."""
    found = find_requests(session, RequestFilter("waiting"))
    if not found.total:
        return
    yield Need(
        "requests",
        "hand",
        f"{count_text(found.total, 'request')} {'waits' if found.total == 1 else 'wait'}"
        " for a match",
        found.total,
        tuple(line_of_request(row) for row in found.items[:SHORT]),
        found.items[0].created_at,
        "/coordinator/plan",
        "Match everybody",
    )


def line_of_request(row: WaitingRequest) -> Line:
    """Who it is, and where one click matches them."""
    return Line(
        row.name,
        f"/coordinator/requests/{row.id}",
        row.question[:120],
        row.created_at,
    )


def profiles(session: Session, now: datetime, zone: str) -> Iterator[Need]:
    """Profiles to be read: nobody finds those that wait for an approval."""
    since = func.coalesce(Ambassador.pending_since, Ambassador.profile_changed_at)
    rows = session.execute(
        select(User.name, since.label("since"), Ambassador.pending_since)
        .join(User, User.id == Ambassador.user_id)
        .where(approval.to_read())
        .order_by(Ambassador.pending_since.is_(None), since, Ambassador.id)
    ).all()
    if rows:
        verb = "waits" if len(rows) == 1 else "wait"
        yield Need(
            "profiles",
            "hand",
            f"{count_text(len(rows), 'profile')} {verb} to be read",
            len(rows),
            tuple(
                Line(
                    row.name,
                    "/coordinator/ambassadors/profiles",
                    "found by nobody until approved" if row.pending_since else "changed",
                    row.since,
                )
                for row in rows[:SHORT]
            ),
            min(row.since for row in rows),
            "/coordinator/ambassadors/profiles",
            "Read and approve",
        )


def plans(session: Session, now: datetime, zone: str) -> Iterator[Need]:
    """A plan that waits to be accepted."""
    plan = session.scalar(select(Plan).where(Plan.status == "ready").order_by(Plan.id.desc()))
    if plan is not None:
        yield Need(
            "plan",
            "hand",
            "A plan is ready",
            1,
            since=plan.created_at,
            href=f"/coordinator/plan/{plan.id}",
            words="Look at the plan",
            text=f"{plan.placed} matched, {plan.unplaced} not. Nobody is told anything until it"
            " is accepted.",
        )


def caps(session: Session, now: datetime, zone: str) -> Iterator[Need]:
    """Ambassadors whose week is full, or nearly."""
    counts, minute = count_weeks(session, now), minute_of(now)
    rows = session.execute(
        select(Ambassador.id, User.name, Ambassador.time_zone, Ambassador.weekly_cap)
        .join(User, User.id == Ambassador.user_id)
        .where(Ambassador.status == "active", Ambassador.weekly_cap > 0)
    ).all()
    mondays = {one: week_of(one, minute) for one in {row.time_zone for row in rows}}
    loads = [(counts.get((row.id, mondays[row.time_zone]), 0), row) for row in rows]
    near = [(count, row) for count, row in loads if count >= NEAR * row.weekly_cap]
    if near:
        near.sort(key=lambda one: (-one[0] / one[1].weekly_cap, one[1].name))
        yield need_of_caps(near)


def need_of_caps(near: list[tuple[int, Any]]) -> Need:
    """Over the cap needs a hand; at it, or close to it, is to be watched."""
    over = sum(count > row.weekly_cap for count, row in near)
    full = sum(count == row.weekly_cap for count, row in near)
    people = count_text(len(near), "ambassador")
    said = [f"{over} over it"] * bool(over) + [f"{full} full"] * bool(full)
    return Need(
        "caps",
        "hand" if over else "watch",
        f"{people} near the cap of this week" + (f": {', '.join(said)}" if said else ""),
        len(near),
        tuple(
            Line(
                row.name,
                f"/coordinator/ambassadors/{row.id}",
                f"{count} of {count_text(row.weekly_cap, 'chat')} this week",
            )
            for count, row in near[:SHORT]
        ),
        href="/coordinator/ambassadors?sort=load&way=falling",
        words="Ambassadors by load",
    )


def overworked(session: Session, now: datetime, zone: str) -> Iterator[Need]:
    """Who would work more in a week of classes than they may, with what they do elsewhere."""
    over = over_limit(session, now)
    if over:
        people = count_text(len({one.ambassador_id for one in over}), "ambassador")
        yield Need(
            "overworked",
            "hand",
            f"{people} over the weekly limit of hours",
            len(over),
            tuple(
                Line(
                    one.name,
                    f"/coordinator/timesheets/{one.ambassador_id}?week={one.week}",
                    f"{work_text(one.chats + one.elsewhere)} in the pay week from "
                    f"{date_text(one.week)}, {work_text(one.elsewhere)} of it elsewhere on campus",
                )
                for one in over[:SHORT]
            ),
            href=f"/coordinator/timesheets?week={over[0].week}",
            words="Timesheets",
            text="Move or hand over chats, or lower their cap.",
        )
