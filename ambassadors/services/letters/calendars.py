"""Mails about calendars elsewhere, to the ambassadors whose they are."""

from ambassadors.mail import compose
from ambassadors.mail.compose import Mail, Person
from ambassadors.models import CalendarSource, Chat, User
from ambassadors.services import calendars
from ambassadors.services.letters.facts import facts_of
from ambassadors.services.letters.post import Task, sender


def write_stale(task: Task, user: User) -> Mail | None:
    """A calendar could not be read for a day; None when it can be again, or is no more."""
    source = task.session.get(CalendarSource, task.notice.details["source_id"])
    if source is None or source.paused or source.failing_since is None:
        return None
    to, url = (
        Person(user.name, user.email, user.time_zone, user.locale),
        f"{task.base_url}/ambassador/calendars",
    )
    stale = compose.StaleCalendar(source.name, source.fault, source.read_at)
    return compose.calendar_stale(to, stale, url, task.post.service, task.message_id)


def write_clash(task: Task, chat: Chat) -> Mail | None:
    """A calendar has become busy at a booked chat; None when that is over."""
    if chat.uid not in calendars.clashing(task.session, [chat], task.now):
        return None
    facts = facts_of(task.session, chat, task.post, task.notice.version)
    return compose.calendar_clash(
        facts, sender(chat, task.post, task.notice.recipient), task.message_id
    )
