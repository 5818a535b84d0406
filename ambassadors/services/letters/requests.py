"""Mails to people who wait, or waited, to be matched."""

from urllib.parse import urlencode

from ambassadors.core.notices import Kind
from ambassadors.core.waking import waking_pairs
from ambassadors.mail import compose
from ambassadors.mail.compose import Mail, Person
from ambassadors.models import WaitingRequest
from ambassadors.services.letters.post import Task
from ambassadors.services.programme import vocabulary


def write_about_request(task: Task, request: WaitingRequest) -> Mail | None:
    """A mail to somebody who waits; None when nobody has been found for them after all."""
    known, post, message_id = vocabulary(task.session), task.post, task.message_id
    to = Person(request.name, request.prospect.email, request.time_zone, request.locale)
    labels = tuple(known.item(key).label for key in request.interests if known.knows(key))
    if task.kind == Kind.REQUEST_RECEIVED:
        return compose.request_received(to, labels, post.service, message_id)
    if request.ambassador is None:
        return None
    asked = [("interest", key) for key in request.interests if known.knows(key)]
    asked += [("most", key) for key in request.most if known.knows(key)]
    asked += [("language", tag) for tag in request.languages] + [("zone", request.time_zone)]
    asked += waking_pairs(request.awake.waking)
    url = f"{post.service.base_url}/ambassadors/{request.ambassador.id}?{urlencode(asked)}"
    return compose.request_matched(
        to, request.ambassador.name, labels, url, post.service, message_id
    )
