"""Who this service is, as its mails and pages say it: settings and the programme together."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.said import said
from ambassadors.mail.compose import Service
from ambassadors.models import Programme
from ambassadors.services.letters import Post
from ambassadors.services.settings.current import current
from config import Settings

PROGRAMME = said("the programme")


def find_programme(session: Session) -> Programme | None:
    """The programme this service speaks for; None before one was loaded."""
    return session.scalar(select(Programme).order_by(Programme.id).limit(1))


def post_of(session: Session, settings: Settings) -> Post:
    """What writing mails needs: the secret for links and who they are from."""
    programme = find_programme(session)
    service = Service(
        name=f"{programme.short} Student Ambassadors" if programme else "Student Ambassadors",
        programme=programme.name if programme else PROGRAMME,
        address=settings.mail_from,
        base_url=settings.base_url,
        wordings=current(session).wordings,
    )
    return Post(settings.secret_key, service, replies=settings.inbox_url is not None)
