"""Mails about accepted plans."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, exists, select

from ambassadors.mail import compose
from ambassadors.mail.compose import Mail, Person
from ambassadors.models import PlanLine, User, WaitingRequest
from ambassadors.services.letters.post import Task
from ambassadors.services.programme import vocabulary


def write_digest(task: Task, user: User) -> Mail | None:
    """To an ambassador: everybody whom an accepted plan gave them, or the one whom a coordinator
    picked for them, as far as they have them still.
    """
    session, known = task.session, vocabulary(task.session)
    rows = session.scalars(
        select(WaitingRequest)
        .where(
            given_in(task.notice.details),
            WaitingRequest.ambassador_id == task.notice.details["ambassador_id"],
        )
        .order_by(WaitingRequest.created_at, WaitingRequest.id)
    )
    people = [
        compose.Newcomer(
            row.name,
            row.time_zone,
            tuple(known.item(key).label for key in row.interests if known.knows(key)),
            row.question,
        )
        for row in rows
    ]
    if not people:
        return None
    to, url = (
        Person(user.name, user.email, user.time_zone, user.locale),
        f"{task.base_url}/ambassador",
    )
    return compose.plan_digest(to, people, url, task.post.service, task.message_id)


def given_in(details: Mapping[str, Any]) -> ColumnElement[bool]:
    """Which requests a digest is about."""
    if "request_id" in details:
        return WaitingRequest.id == int(details["request_id"])
    return exists().where(
        PlanLine.request_id == WaitingRequest.id,
        PlanLine.plan_id == details["plan_id"],
        PlanLine.outcome == "matched",
        PlanLine.ambassador_id == details["ambassador_id"],
    )
