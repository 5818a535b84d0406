"""Mails about an account."""

from collections.abc import Sequence
from datetime import timedelta

from ambassadors.core.said import said
from ambassadors.mail.compose.parts import letter, span
from ambassadors.mail.facts import Mail, Person, Service

STAFF = {
    "admissions": said("admissions staff")
}  # how a role is said of somebody; others by their name


def account_invitation(
    to: Person, role: str, url: str, valid: timedelta, service: Service, message_id: str
) -> Mail:
    """To somebody the coordinators want as `role`: a link where they set their password."""
    role = STAFF.get(role, role)
    subject = said("Your account as {role}: {service}", role=role, service=service.name)
    return letter(
        "account_invitation",
        to,
        service,
        message_id,
        subject,
        role=role,
        url=url,
        valid=span(valid),
    )


def profile_approved(
    to: Person, missing: Sequence[str], url: str, service: Service, message_id: str
) -> Mail:
    """To an ambassador: prospects find their profile now; or will, once what is `missing`
    ("interests", "hours", "place") is there.
    """
    subject = said("Your profile is approved")
    return letter(
        "profile_approved", to, service, message_id, subject, missing=tuple(missing), url=url
    )


def password_reset(
    to: Person, url: str, valid: timedelta, service: Service, message_id: str
) -> Mail:
    """A link where a new password is set."""
    subject = said("A new password for {service}", service=service.name)
    return letter("password_reset", to, service, message_id, subject, url=url, valid=span(valid))
