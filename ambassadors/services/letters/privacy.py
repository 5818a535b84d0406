"""Mails with a person's own way to what is held of them."""

from ambassadors.core.erasing import NO_LOCALE
from ambassadors.mail import compose
from ambassadors.mail.compose import Mail, Person
from ambassadors.models import Prospect, User
from ambassadors.services.letters.post import Task
from ambassadors.services.privacy.links import LASTS, write_token


def write_link(task: Task, prospect: Prospect) -> Mail | None:
    """To a prospect, at the address that is theirs; None when they are erased by now."""
    if prospect.erased_at is not None:
        return None
    locale = str(task.notice.details.get("locale", NO_LOCALE))
    to = Person(prospect.name, prospect.email, prospect.time_zone, locale)
    url = f"{task.base_url}/privacy/{write_token(task.post.secret, prospect, task.now)}"
    return compose.privacy_link(to, url, LASTS, task.post.service, task.message_id)


def write_way(task: Task, user: User) -> Mail:
    """To somebody with an account: they sign in there."""
    to = Person(user.name, user.email, user.time_zone, user.locale)
    url = f"{task.base_url}/account/privacy"
    return compose.privacy_link(to, url, LASTS, task.post.service, task.message_id)
