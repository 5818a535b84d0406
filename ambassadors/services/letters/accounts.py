"""Mails about accounts."""

from ambassadors.core.notices import Kind
from ambassadors.mail import compose
from ambassadors.mail.compose import Mail, Person
from ambassadors.models import User
from ambassadors.services import account_links, accounts, roster
from ambassadors.services.letters.post import Task


def write_approved(task: Task, user: User) -> Mail | None:
    """Prospects find their profile now; None when it is held back again, or they are inactive."""
    row = user.ambassador
    if row is None or row.pending_since is not None or row.status == "inactive":
        return None
    to = Person(user.name, user.email, user.time_zone, user.locale)
    url = f"{task.base_url}/ambassador"
    return compose.profile_approved(
        to, roster.missing(row), url, task.post.service, task.message_id
    )


def write_about_account(task: Task, user: User) -> Mail:
    """A link that sets a password, for somebody new or somebody who forgot."""
    post, now, message_id = task.post, task.now, task.message_id
    to, base = Person(user.name, user.email, user.time_zone, user.locale), task.base_url
    if task.kind == Kind.PASSWORD_RESET:
        url = f"{base}/reset/{account_links.reset_token(post.secret, user, now)}"
        return compose.password_reset(to, url, accounts.RESET_LASTS, post.service, message_id)
    url = f"{base}/invitation/{account_links.invitation_token(post.secret, user, now)}"
    return compose.account_invitation(
        to, user.role, url, accounts.INVITATION_LASTS, post.service, message_id
    )
