"""Mails about accounts."""

from ambassadors.core.notices import Kind
from ambassadors.mail import compose
from ambassadors.mail.compose import Mail, Person
from ambassadors.models import User
from ambassadors.services import account_links, accounts
from ambassadors.services.letters.post import Task


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
