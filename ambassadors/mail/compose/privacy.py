"""A mail with a person's own way to what is held of them."""

from datetime import timedelta

from ambassadors.core.said import said
from ambassadors.mail.compose.parts import letter, span
from ambassadors.mail.facts import Mail, Person, Service


def privacy_link(to: Person, url: str, valid: timedelta, service: Service, message_id: str) -> Mail:
    """A link to all that is held under an address."""
    subject = said("What we hold of you: {service}", service=service.name)
    return letter("privacy_link", to, service, message_id, subject, url=url, valid=span(valid))
