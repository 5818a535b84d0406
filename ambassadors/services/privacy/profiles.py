"""What is held of somebody with an account: the account, a profile, hours, calendars."""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.models import (
    AccountEvent,
    Ambassador,
    BusySpans,
    CalendarSource,
    DeskEvent,
    Interest,
    SchoolLink,
    SecondStep,
    SignedIn,
    User,
)
from ambassadors.services.privacy.rows import Values, columns, each

PROFILE = (
    "status bio time_zone languages meeting_url meeting_place lengths buffer_before buffer_after "
    "notice_minutes horizon_days daily_cap weekly_cap created_at pending_since approved_at "
    "profile_changed_at changed_at caps_changed_at leaves_on other_hours"
)


def of_account(session: Session, user: User) -> Values:
    """An account; of the password there is only whether there is one."""
    found = columns(user, "email name role time_zone locale active created_at last_sign_in_at")
    found["has_password"] = user.password_hash is not None
    found["second_step"] = session.get(SecondStep, user.id) is not None
    for name, model, fields in (
        ("sessions", SignedIn, "way created_at seen_at expires_at browser"),
        ("school", SchoolLink, "issuer subject by_claim created_at"),
        ("events", AccountEvent, "at action note"),
    ):
        rows = select(model).where(model.user_id == user.id).order_by(model.id)
        found[name] = each(session, rows, fields)
    if user.ambassador is not None:
        found["profile"] = of_ambassador(session, user.ambassador)
    return found


def of_ambassador(session: Session, row: Ambassador) -> Values:
    """A profile, with hours, calendars, and what coordinators did with it."""
    found = columns(row, PROFILE)
    found["interests"] = [label(one) for one in row.interests]
    found["hours"] = [columns(one, "weekday start_minute end_minute") for one in row.weekly_hours]
    found["exceptions"] = [plain_columns(one) for one in row.exceptions]
    found["time_off"] = [plain_columns(one) for one in row.time_off]
    events = select(DeskEvent).where(DeskEvent.ambassador_id == row.id).order_by(DeskEvent.id)
    found["events"] = each(session, events, "at action note")
    sources = select(CalendarSource).where(CalendarSource.ambassador_id == row.id)
    found["calendars"] = [of_calendar(session, one) for one in session.scalars(sources)]
    return found


def label(one: Interest) -> str:
    """An interest by its key."""
    return f"{one.family.key}/{one.key}"


def plain_columns(row: object) -> Values:
    """All columns but keys."""
    names = [column.key for column in row.__table__.columns]  # type: ignore[attr-defined]
    return columns(row, " ".join(name for name in names if not name.endswith("id")))


def of_calendar(session: Session, row: CalendarSource) -> Values:
    """A calendar and when it is busy (epoch minutes); what opens it stays sealed."""
    busy = session.get(BusySpans, row.id)
    found = columns(row, "kind name shown all_day paused created_at read_at fault problems")
    return found | {"busy": json.loads(busy.spans) if busy else []}
