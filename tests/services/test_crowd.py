"""The crowd that benchmarks measure with: written in bulk, as the real flow would leave it."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.models import Ambassador, Chat, Notice, WaitingRequest
from ambassadors.services import demo
from ambassadors.services.auditor import audit
from ambassadors.services.writing import write
from tests.factories import load_vocabulary

CHRISTMAS = datetime(2026, 12, 24, 12, 0, tzinfo=UTC)
SMALL = demo.Sizes(ambassadors=6, prospects=60, chats=300, requests=20)


def test_a_crowd_is_as_large_as_asked_for_and_the_auditor_finds_nothing(session: Session) -> None:
    load_vocabulary(session)
    counts = write(session, lambda s: demo.add_crowd(s, SMALL, 7, CHRISTMAS))
    rows = [Ambassador, Chat, Notice, WaitingRequest]
    found = [session.scalar(select(func.count()).select_from(one)) for one in rows]
    assert found == [6, 300, counts["notices"], 20]
    assert audit(session, CHRISTMAS) == {}
    states = Counter(session.scalars(select(Chat.status)))
    assert set(states) == {"completed", "no_show", "cancelled", "expired", "confirmed"}
    assert states.most_common(1)[0][0] == "completed"
    with pytest.raises(Refused, match="A crowd was added before"):
        write(session, lambda s: demo.add_crowd(s, SMALL, 7, CHRISTMAS))


def test_the_command_adds_it_with_somebody_to_look_at_it_as(app: Flask, session: Session) -> None:
    load_vocabulary(session)
    options = ("--ambassadors", "2", "--prospects", "9", "--chats", "20", "--requests", "3")
    result = app.test_cli_runner().invoke(args=["demo", "crowd", *options])
    assert "Demo coordinator: coordinator@example.edu" in result.output
    assert "2 ambassadors, 9 prospects, 20 chats" in result.output
