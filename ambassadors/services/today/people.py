"""Needs of people: who waits for a match, profiles, plans, caps."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ambassadors.core.hours import week_of
from ambassadors.core.said import said, said_n, shown
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
        said_n(
            "{count} request waits for a match",
            "{count} requests wait for a match",
            found.total,
        ),
        found.total,
        tuple(line_of_request(row) for row in found.items[:SHORT]),
        found.items[0].created_at,
        "/coordinator/plan",
        said("Match everybody"),
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
        yield Need(
            "profiles",
            "hand",
            said_n(
                "{count} profile waits to be read",
                "{count} profiles wait to be read",
                len(rows),
            ),
            len(rows),
            tuple(
                Line(
                    row.name,
                    "/coordinator/ambassadors/profiles",
                    said("found by nobody until approved")
                    if row.pending_since
                    else said("changed"),
                    row.since,
                )
                for row in rows[:SHORT]
            ),
            min(row.since for row in rows),
            "/coordinator/ambassadors/profiles",
            said("Read and approve"),
        )


def plans(session: Session, now: datetime, zone: str) -> Iterator[Need]:
    """A plan that waits to be accepted."""
    plan = session.scalar(select(Plan).where(Plan.status == "ready").order_by(Plan.id.desc()))
    if plan is not None:
        yield Need(
            "plan",
            "hand",
            said("A plan is ready"),
            1,
            since=plan.created_at,
            href=f"/coordinator/plan/{plan.id}",
            words=said("Look at the plan"),
            text=said(
                "{placed} matched, {unplaced} not. Nobody is told anything until it is accepted.",
                placed=plan.placed,
                unplaced=plan.unplaced,
            ),
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
    title = said_n(
        "{count} ambassador near the cap of this week",
        "{count} ambassadors near the cap of this week",
        len(near),
    )
    if over and full:
        title = said("{people}: {over} over it, {full} full", people=title, over=over, full=full)
    elif over:
        title = said("{people}: {over} over it", people=title, over=over)
    elif full:
        title = said("{people}: {full} full", people=title, full=full)
    return Need(
        "caps",
        "hand" if over else "watch",
        title,
        len(near),
        tuple(
            Line(
                row.name,
                f"/coordinator/ambassadors/{row.id}",
                said(
                    "{count} of {chats} this week",
                    count=count,
                    chats=count_text(row.weekly_cap, "chat"),
                ),
            )
            for count, row in near[:SHORT]
        ),
        href="/coordinator/ambassadors?sort=load&way=falling",
        words=said("Ambassadors by load"),
    )


def overworked(session: Session, now: datetime, zone: str) -> Iterator[Need]:
    """Who would work more in a week of classes than they may, with what they do elsewhere."""
    over = over_limit(session, now)
    if over:
        yield Need(
            "overworked",
            "hand",
            said_n(
                "{count} ambassador over the weekly limit of hours",
                "{count} ambassadors over the weekly limit of hours",
                len({one.ambassador_id for one in over}),
            ),
            len(over),
            tuple(
                Line(
                    one.name,
                    f"/coordinator/timesheets/{one.ambassador_id}?week={one.week}",
                    said(
                        "{time} in the pay week from {day}, {elsewhere} of it elsewhere on campus",
                        time=shown(work_text, one.chats + one.elsewhere),
                        day=shown(date_text, one.week),
                        elsewhere=shown(work_text, one.elsewhere),
                    ),
                )
                for one in over[:SHORT]
            ),
            href=f"/coordinator/timesheets?week={over[0].week}",
            words=said("Timesheets"),
            text=said("Move or hand over chats, or lower their cap."),
        )
