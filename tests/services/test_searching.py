"""Full-text search of chats, kept by the database itself: the same on SQLite and PostgreSQL."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from ambassadors import create_app
from ambassadors.core.chats import Actor
from ambassadors.extensions import db
from ambassadors.services import booking, oversight
from ambassadors.services.oversight import ChatFilter
from ambassadors.services.writing import write
from config import Settings
from tests.factories import make_ambassador, make_chat

DAY = timedelta(days=1)


@pytest.fixture(params=["settings", "postgres_settings"])
def searched(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session on each database."""
    settings: Settings = request.getfixturevalue(request.param)
    with create_app(settings).app_context():
        yield db.session()
        db.session.remove()
        db.engine.dispose()


def test_chats_are_found_by_what_is_written_in_them_and_by_nothing_else(
    searched: Session, now: datetime
) -> None:
    ana = make_ambassador(searched, "Ana Almeida")
    bo = make_ambassador(searched, "Bo Łi", interests=["topic/additive"])
    chat = make_chat(
        searched, ana, now + DAY, now, name="Zoë Müller", email="zoe.m@example.org",
        question="How loud is the clean-room?", interests=("track/thesis", "industry/aerospace"),
    )  # fmt: skip
    make_chat(searched, bo, now + DAY, now, name="Sam Weiss", interests=("topic/additive",))
    actor = Actor("coordinator")
    write(searched, lambda s: booking.cancel(s, chat.uid, actor, now, "The boiler burst"))

    def found(**wanted: str) -> list[str]:
        page = oversight.find_chats(searched, ChatFilter(**wanted), now)
        return [one.prospect_name for one in page.items]

    for typed in ("zoe", "MÜLLER", "muell* zoe.m@", "loud room", "clean-room", "boiler bur",
                  "almeida", chat.uid, f'"{chat.uid[:8]}"', "zoe.m@example.org"):  # fmt: skip
        expected = [] if "muell" in typed else ["Zoë Müller"]
        assert (typed, found(search=typed)) == (typed, expected)
    for typed in ("%", "'", '"', "zoe OR sam", "words:zoe", "zoe & !sam", "xtrackzthesis", "oud"):
        assert (typed, found(search=typed)) == (typed, [])
    assert found(interest="track/thesis") == ["Zoë Müller"]
    assert found(interest="topic/additive", search="sam") == ["Sam Weiss"]
    assert found(prospect_zone="Asia/Kolkata", search="weiss") == ["Sam Weiss"]


def test_a_new_name_is_found_and_the_old_one_is_not(searched: Session, now: datetime) -> None:
    ana = make_ambassador(searched, "Ana Almeida")
    make_chat(searched, ana, now + DAY, now, name="Priya Raman")

    def rename(session: Session) -> None:
        ana.user.name = "Anaïs Duarte"

    write(searched, rename)
    counts = [
        oversight.find_chats(searched, ChatFilter(search=typed), now).total
        for typed in ("almeida", "anais duarte", "priya")
    ]
    assert counts == [0, 1, 1]
