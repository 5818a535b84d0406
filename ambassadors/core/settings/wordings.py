"""The texts that coordinators may put into mails: a subject, an opening and a closing paragraph.

They are plain text with placeholders from a closed list. Filled in, they go through the same
templates as everything else, which escape for each destination.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.text import one_line, plain

LONGEST_SUBJECT, LONGEST_TEXT = 120, 600
PARTS: Mapping[str, str] = {
    "subject": said("Subject"),
    "opening": said("Opening paragraph"),
    "closing": said("Closing paragraph"),
}

_ABOUT = ("name", "programme", "service")
_CHAT = ("name", "prospect", "ambassador", "time", "programme", "service")
# What each placeholder stands for, as the page says it.
PLACEHOLDERS: Mapping[str, str] = {
    "name": said("whoever reads the mail"),
    "prospect": said("the prospect’s name"),
    "ambassador": said("the ambassador’s name"),
    "time": said("when the chat is, by the reader’s clock"),
    "programme": said("the programme’s name"),
    "service": said("this service’s name"),
}


@dataclass(frozen=True)
class Letter:
    """A kind of mail: what it is called, and the placeholders that have a meaning in it."""

    label: str
    placeholders: tuple[str, ...]


LETTERS: Mapping[str, Letter] = {
    "code": Letter(said("Code"), _CHAT),
    "invitation": Letter(said("Invitation"), _CHAT),
    "update": Letter(said("Update"), _CHAT),
    "cancellation": Letter(said("Cancellation"), _CHAT),
    "reminder": Letter(said("Reminder"), _CHAT),
    "thanks": Letter(said("Thanks"), _CHAT),
    "request_received": Letter(said("Request received"), _ABOUT),
    "request_matched": Letter(said("Match found"), ("name", "ambassador", *_ABOUT[1:])),
    "plan_digest": Letter(said("New prospects"), _ABOUT),
    "proposal": Letter(said("Another time proposed"), _CHAT),
    "counter_declined": Letter(said("Proposed time not free"), _CHAT),
    "confirm_cancel": Letter(said("Cancel after a reply"), _CHAT),
    "hand_off_asked": Letter(said("Can you take a chat over?"), _CHAT),
    "hand_off_started": Letter(said("Somebody else is asked"), _CHAT),
    "hand_off_over": Letter(said("Their ambassador can after all"), _CHAT),
    "calendar_clash": Letter(said("Calendar busy at a chat"), _CHAT),
    "calendar_stale": Letter(said("Calendar cannot be read"), _ABOUT),
    "profile_approved": Letter(said("Profile approved"), _ABOUT),
    "account_invitation": Letter(said("Invitation to an account"), _ABOUT),
    "password_reset": Letter(said("Link for a password"), _ABOUT),
}

_BRACED = re.compile(r"\{([^{}]*)\}|[{}]")
_SIX_DIGITS = re.compile(r"(?:\d[\s.,-]?){6}")
_LINK = re.compile(r"[/@]|\w\.\w{2,}")


@dataclass(frozen=True)
class Wording:
    """What stands in a mail beside what the service says; empty parts leave it as it is."""

    subject: str = ""
    opening: str = ""
    closing: str = ""


def read_wording(kind: str, value: Mapping[str, Any]) -> Wording:
    """Checked texts; Refused with the field at fault."""
    typed = {name: str(value.get(name, "")) for name in PARTS}
    for name, text in typed.items():
        check_part(kind, name, text)
    texts = {name: plain(text) for name, text in typed.items()}
    return Wording(one_line(texts["subject"]), texts["opening"], texts["closing"])


def check_part(kind: str, name: str, text: str) -> None:
    """Refuses one text with a sentence for its field."""
    limit = LONGEST_SUBJECT if name == "subject" else LONGEST_TEXT
    part = PARTS[name]
    if len(text) > limit:
        raise Refused(
            said("{part}: at most {limit} characters.", part=part, limit=limit), field=name
        )
    known = LETTERS[kind].placeholders
    for found in _BRACED.finditer(text):
        if found[1] not in known:
            names = ", ".join(f"{{{one}}}" for one in known)
            raise Refused(
                said(
                    "{part}: “{found}” is no placeholder of this mail. There are {names}.",
                    part=part,
                    found=one_line(found[0], 40),
                    names=names,
                ),
                field=name,
            )
    if kind == "code" and (_SIX_DIGITS.search(text) or _LINK.search(text)):
        raise Refused(
            said(
                "{part}: the mail with the code holds no link, no address and no other number.",
                part=part,
            ),
            field=name,
        )


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in; what is filled in is not read again."""
    return _BRACED.sub(lambda found: values.get(found[1] or "", ""), text)


def wording_value(wording: Wording) -> dict[str, Any]:
    """The texts as they are saved."""
    return dict(vars(wording))


def tell_wording(before: Wording, after: Wording) -> Iterator[str]:
    """What is different, a sentence each."""
    for name, part in PARTS.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new and new:
            yield said("{part}: “{text}”.", part=part, text=one_line(new, 160))
        elif old != new:
            yield said("{part}: as it was written at first.", part=part)
