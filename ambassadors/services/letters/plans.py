"""Mails about accepted plans."""

from sqlalchemy import select

from ambassadors.mail import compose
from ambassadors.mail.compose import Mail, Person
from ambassadors.models import PlanLine, User, WaitingRequest
from ambassadors.services.letters.post import Task
from ambassadors.services.programme import vocabulary


def write_digest(task: Task, user: User) -> Mail | None:
    """To an ambassador: everybody whom an accepted plan gave them and who has them still."""
    session, notice = task.session, task.notice
    known, ambassador_id = vocabulary(session), notice.details["ambassador_id"]
    rows = session.scalars(
        select(WaitingRequest)
        .join(PlanLine, PlanLine.request_id == WaitingRequest.id)
        .where(
            PlanLine.plan_id == notice.details["plan_id"],
            PlanLine.outcome == "matched",
            PlanLine.ambassador_id == ambassador_id,
            WaitingRequest.ambassador_id == ambassador_id,
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
    to, url = Person(user.name, user.email, user.time_zone), f"{task.base_url}/ambassador"
    return compose.plan_digest(to, people, url, task.post.service, task.message_id)
