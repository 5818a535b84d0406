"""After the chat: what each side says of it, who is right when they differ, and who is one person.

See docs/decisions/who-came.md for the rule.
"""

from enum import StrEnum

from ambassadors.core.chats import Status

RATINGS = range(1, 6)  # how helpful: 1 not at all, 5 very


class Outcome(StrEnum):
    """What became of a chat, as a prospect says it, or a coordinator who has asked both."""

    TALKED = "talked"
    AMBASSADOR_MISSED = "ambassador-missed"
    PROSPECT_MISSED = "prospect-missed"


def status_of(outcome: Outcome) -> Status:
    """The status of a chat that went so."""
    return Status.COMPLETED if outcome is Outcome.TALKED else Status.NO_SHOW


def disagree(said: str, verdict: str, status: str) -> bool:
    """Whether a coordinator should ask both: the prospect's word and the mark differ, or the
    prospect says that the ambassador did not come; and no coordinator has decided yet.
    """
    if not said or verdict:
        return False
    outcome = Outcome(said)
    marked = status in (Status.COMPLETED, Status.NO_SHOW)
    return outcome is Outcome.AMBASSADOR_MISSED or (marked and status != status_of(outcome))


# Mail services that take an address with and without dots for the same.
DOTLESS = ("gmail.com", "googlemail.com")


def person_key(email: str) -> str:
    """What all addresses of one mailbox have in common: no capitals, no +tag, no dots at Gmail."""
    local, _, domain = email.lower().rpartition("@")
    local = local.partition("+")[0] or local
    if domain in DOTLESS:
        return f"{local.replace('.', '')}@{DOTLESS[0]}"
    return f"{local}@{domain}"
