"""One chat in spite of the weekly guard: who may, with a reason, and what it leaves as it is."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor
from ambassadors.core.refused import Refused
from ambassadors.models import Ambassador, Chat, ChatChange
from ambassadors.services import booking, oversight, timesheets
from ambassadors.services.auditor import audit
from ambassadors.services.booking.changes import hand_over
from ambassadors.services.privacy.export import told
from ambassadors.services.writing import write
from tests.factories import make_ambassador, make_chat, make_user

DAY = timedelta(days=1)
WHY = "The Office of Global Services agrees in writing."


@pytest.fixture
def ana(session: Session) -> Ambassador:
    """Somebody who works twenty hours elsewhere on campus."""
    return make_ambassador(session, other_hours=20)


@pytest.fixture
def chat(session: Session, now: datetime) -> Chat:
    """A chat of half an hour with Bo Li."""
    return make_chat(session, make_ambassador(session, "Bo Li"), now + 3 * DAY, now)


@pytest.fixture
def kim(session: Session) -> Actor:
    return Actor("coordinator", make_user(session, name="Kim Doe").id)


def refused(
    session: Session, chat: Chat, to: Ambassador, who: Actor, now: datetime, why: str | None
) -> tuple[str, int, str | None]:
    with pytest.raises(Refused) as refusal:
        write(session, lambda s: hand_over(s, chat.uid, to.id, who, now, "", why))
    return refusal.value.text, refusal.value.status, refusal.value.field


def history(session: Session, chat: Chat) -> list[tuple[str, str, str, int | None]]:
    rows = select(ChatChange).where(ChatChange.chat_id == chat.id).order_by(ChatChange.version)
    return [(one.action, one.reason, one.actor, one.user_id) for one in session.scalars(rows)][-2:]


def test_a_coordinator_lets_a_chat_through_and_history_says_who_and_why(
    session: Session, ana: Ambassador, chat: Chat, kim: Actor, now: datetime
) -> None:
    write(session, lambda s: hand_over(s, chat.uid, ana.id, kim, now, "Bo is ill.", WHY))
    session.refresh(chat)
    assert (chat.ambassador_id, chat.sequence) == (ana.id, 1)
    assert history(session, chat) == [
        ("let-through", WHY, "coordinator", kim.user_id),
        ("handed-over", "Bo is ill.", "coordinator", kim.user_id),
    ]
    assert audit(session) == {}


def test_the_minutes_count_and_the_next_chat_is_refused_as_before(
    session: Session, ana: Ambassador, chat: Chat, kim: Actor, now: datetime
) -> None:
    write(session, lambda s: hand_over(s, chat.uid, ana.id, kim, now, "", WHY))
    over = timesheets.over_limit(session, now)
    assert [(one.name, one.chats, one.elsewhere) for one in over] == [("Ana Almeida", 30, 1200)]
    chi = make_ambassador(session, "Chi Okafor")
    other = make_chat(session, chi, now + 4 * DAY, now)
    text, status, _ = refused(session, other, ana, kim, now, None)
    assert (text.startswith("Ana Almeida: With this chat they would work 21 h"), status) == (
        True,
        409,
    )
    takers = booking.find_takers(session, other.uid, now)
    assert [(one.name, load.with_chat) for one, load in takers.kept_out] == [("Ana Almeida", 1260)]


def test_an_exception_needs_a_reason_and_a_coordinator(
    session: Session, ana: Ambassador, chat: Chat, kim: Actor, now: datetime
) -> None:
    said = "Say why this chat goes ahead all the same."
    assert refused(session, chat, ana, kim, now, " \n") == (said, 422, "despite")
    too_long = "The reason is longer than 1000 characters."
    assert refused(session, chat, ana, kim, now, "x" * 1001) == (too_long, 422, "despite")
    only = "Only a coordinator can make an exception from the weekly limit of hours."
    for kind in ("ambassador", "prospect", "service"):
        assert refused(session, chat, ana, Actor(kind), now, WHY) == (only, 403, None)
    session.refresh(chat)
    assert (chat.version, [one[0] for one in history(session, chat)]) == (1, ["confirmed"])


def test_nothing_but_the_guard_is_let_through(
    session: Session, ana: Ambassador, chat: Chat, kim: Actor, now: datetime
) -> None:
    away = make_ambassador(session, "Chi Okafor", hours="", other_hours=20)
    text = "Chi Okafor is not free at that time."
    assert refused(session, chat, away, kim, now, WHY) == (text, 409, "ambassador")
    session.refresh(chat)
    assert chat.version == 1


def test_who_needs_no_exception_gets_the_chat_without_one(
    session: Session, chat: Chat, kim: Actor, now: datetime
) -> None:
    chi = make_ambassador(session, "Chi Okafor")
    write(session, lambda s: hand_over(s, chat.uid, chi.id, kim, now, "", WHY))
    assert [one[0] for one in history(session, chat)] == ["confirmed", "handed-over"]


def test_a_prospect_who_asks_what_is_held_is_not_told_what_an_ambassador_works(
    session: Session, ana: Ambassador, chat: Chat, kim: Actor, now: datetime
) -> None:
    write(session, lambda s: hand_over(s, chat.uid, ana.id, kim, now, "", WHY))
    session.refresh(chat)

    def acts(side: str, confidential: bool = False) -> list[str]:
        return [one["action"] for one in told(session, chat, side, confidential)["history"]]

    assert "let-through" not in acts("prospect")
    assert "let-through" in acts("ambassador")
    story = oversight.tell_story(session, chat.uid)
    assert story.ambassador_names[ana.id] == "Ana Almeida"
