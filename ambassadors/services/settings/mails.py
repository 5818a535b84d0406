"""The texts of mails: what a change of them does."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ambassadors.core.said import said, said_n
from ambassadors.core.settings.wordings import Wording, tell_wording
from ambassadors.models import Notice
from ambassadors.services.settings.foresight import Foresight, Value


def tell(before: Value, after: Value) -> tuple[str, ...]:
    """What is different."""
    return tuple(tell_wording(Wording(**before), Wording(**after)))


def foresee(session: Session, kind: str, before: Value, after: Value) -> Foresight:
    """How many mails that wait to be sent will say it."""
    waiting = session.scalar(
        select(func.count())
        .select_from(Notice)
        .where(Notice.state == "waiting", Notice.kind.startswith(kind.replace("_", "-")))
    )
    follows = said_n(
        "Every mail of this kind that is sent from then on says so; {count} mail waits now.",
        "Every mail of this kind that is sent from then on says so; {count} mails wait now.",
        waiting or 0,
    )
    sent = said("Mails that were sent stay as they were sent.")
    return Foresight(tell(before, after), (follows, sent))


def carry_out(session: Session, before: Value, after: Value, now: datetime) -> dict[str, Any]:
    """Nothing else changes: a mail is written when it is sent."""
    return {}
