"""Erasing somebody who is everywhere: afterwards they are nowhere, and all counts are as before."""

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select, text
from sqlalchemy.orm import Session

from ambassadors import create_app, jobs
from ambassadors.core.refused import Refused
from ambassadors.extensions import Base, db
from ambassadors.models import Block, Chat, PrivacyAct, Prospect, User
from ambassadors.services import blocks, chat_notes, concerns, feeds, privacy
from ambassadors.services.auditor import audit
from ambassadors.services.privacy import files
from ambassadors.services.privacy.export import export
from ambassadors.services.privacy.people import find
from ambassadors.services.service import post_of
from ambassadors.services.writing import write
from tests.conftest import NOW, settings_for
from tests.everywhere import (
    EMAIL,
    MISTYPED,
    OF_AMBASSADOR,
    OF_PROSPECT,
    STUDENT_EMAIL,
    Everywhere,
    make_everywhere,
)
from tests.factories import make_chat, make_hold
from tests.mailbox import parse
from tests.traces import find_in_files, find_in_tables, says

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
COUNTED = ("chat_changes", "feedbacks", "plan_lines", "requests", "prospects", "chats")


@pytest.fixture(scope="module")
def everywhere(migrated, tmp_path_factory) -> tuple[Path, Everywhere]:
    """A folder with a database and mails in which both of them are everywhere, made once."""
    folder = tmp_path_factory.mktemp("everywhere")
    shutil.copy(migrated, folder / "test.db")
    app = create_app(settings_for(folder))
    with app.app_context():
        made = make_everywhere(db.session(), NOW)
        jobs.tick(app, NOW)
        db.session.remove()
        db.engine.dispose()
    return folder, made


@pytest.fixture
def settings(tmp_path, everywhere):
    shutil.copytree(everywhere[0], tmp_path, dirs_exist_ok=True)
    return settings_for(tmp_path)


@pytest.fixture
def world(session, everywhere):
    return Reloaded(session, everywhere[1])


@dataclass
class Reloaded:
    """The same people in a test's own database."""

    session: Session
    made: Everywhere

    def __getattr__(self, name: str):
        there = getattr(self.made, name)
        return self.session.get_one(type(there), inspect(there).identity, populate_existing=True)


def mails(app) -> list[Path]:
    return sorted(Path(app.extensions["settings"].mail_url.removeprefix("file://")).glob("*.eml"))


def ask(session, person, now, origin="person", user_id=None):
    session.rollback()
    return write(session, lambda s: privacy.ask_for_erasure(s, person, origin, user_id, now)).id


def erase(app, session, person, now, **who):
    """Asked for, everybody told, forgotten: what two ticks do."""
    act_id = ask(session, person, now, **who)
    jobs.tick(app, now + MINUTE)
    jobs.tick(app, now + 2 * MINUTE)
    return act_id


def figures(session):
    """What reports count: rows, and the past by status and ambassador."""
    session.rollback()
    tables = [Base.metadata.tables[one] for one in COUNTED[1:]]
    numbers = {one.name: session.scalar(select(func.count()).select_from(one)) for one in tables}
    past = select(Chat.ambassador_id, Chat.status, Chat.cap_day, Chat.score)
    rows = session.execute(past.where(Chat.status == "completed"))
    return sorted(map(tuple, rows)), numbers


def test_a_prospect_who_is_everywhere_is_nowhere_afterwards(app, session, now, world):
    there, before, known = find_in_tables(session, OF_PROSPECT), figures(session), len(mails(app))
    assert len(there) > 25, there
    assert len(find_in_files(mails(app), OF_PROSPECT)) > 5
    ask(session, world.prospect, now)
    jobs.tick(app, now + MINUTE)
    told = [parse(path.read_bytes()) for path in mails(app)[known:]]
    cancellations = [one for one in told if one.method == "CANCEL"]
    assert sorted(one.to for one in cancellations) == sorted([EMAIL, STUDENT_EMAIL] * 2)
    jobs.tick(app, now + 2 * MINUTE)
    assert find_in_tables(session, OF_PROSPECT) == set()
    assert find_in_files(mails(app), OF_PROSPECT) == set()
    assert figures(session) == before
    assert audit(session) == {}


def test_not_even_the_bytes_of_the_files_tell_of_them(app, session, now, world, capfd):
    erase(app, session, world.prospect, now)
    folder = Path(str(db.engine.url.database)).parent
    db.session.remove()
    db.engine.dispose()
    with closing(sqlite3.connect(str(db.engine.url.database))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    left = find_in_files([one for one in folder.rglob("*") if one.is_file()], OF_PROSPECT)
    assert left == set()
    written = "".join(capfd.readouterr())
    assert [word for word in OF_PROSPECT if word.lower() in written.lower()] == []


def test_an_ambassador_who_is_everywhere_is_nowhere_afterwards(app, session, now, world):
    there, before = find_in_tables(session, OF_AMBASSADOR), figures(session)
    assert len(there) > 20, there
    erase(app, session, world.student, now)
    assert find_in_tables(session, OF_AMBASSADOR) == set()
    assert find_in_files(mails(app), OF_AMBASSADOR) == set()
    assert figures(session) == before
    assert audit(session) == {}
    kept = session.scalars(select(Chat.question).where(Chat.id == world.past.id)).one()
    assert "ozonium" in kept, "what the prospect wrote is the prospect's"


def test_what_is_held_is_exported_and_what_others_confided_only_to_coordinators(
    session, world, now
):
    held = find(session, EMAIL)
    own = json.dumps(export(session, held, now, False), ensure_ascii=False)
    whole = json.dumps(export(session, held, now, True), ensure_ascii=False)
    for words in (
        EMAIL,
        "ozonium",
        "Plumbago, still.",
        "Plumbago!",
        "answered in words",
        "quarrelled",
    ):
        assert words in own
    assert ("Quillfeather is keen." in own, "Quillfeather is keen." in whole) == (False, True)
    assert ("ambassador: Quillfeather" in own, "ambassador: Quillfeather" in whole) == (False, True)
    student = json.dumps(
        export(session, find(session, STUDENT_EMAIL), now, False), ensure_ascii=False
    )
    for words in (
        "bryophyte",
        "velli-meet",
        "Vellichor rests",
        "Quillfeather is keen.",
        "[[1, 2]]",
    ):
        assert words in student
    assert "Plumbago, still." not in student


def test_doing_it_again_changes_nothing_and_their_links_are_none(app, session, now, world):
    assert ask(session, world.prospect, now) == ask(session, world.prospect, now)
    nonce = world.past.nonce
    erase(app, session, world.prospect, now)
    before = figures(session), len(mails(app))
    assert jobs.tick(app, now + 3 * MINUTE)["erased"] == 0
    assert (figures(session), len(mails(app))) == before
    assert session.get_one(Chat, world.past.id, populate_existing=True).nonce != nonce
    act = session.scalars(select(PrivacyAct)).one()
    assert (act.prospect_id, act.done_at) == (None, now + 2 * MINUTE)


def test_nothing_more_is_written_about_whom_is_erased(app, session, now, world):
    erase(app, session, world.prospect, now)
    past = session.get_one(Chat, world.past.id, populate_existing=True)
    for writing in (
        lambda s: chat_notes.write_note(s, past, "They were keen.", world.student.id, now),
        lambda s: concerns.report(s, past, "ambassador", "They shouted.", now),
    ):
        with pytest.raises(Refused) as refusal:
            write(session, writing)
        assert refusal.value.status == 409


def test_a_block_holds_on_without_the_address(app, session, now, world):
    write(session, lambda s: blocks.block(s, EMAIL, "Rude to Vellichor.", world.kim.id, now))
    erase(app, session, world.prospect, now)
    assert find_in_tables(session, OF_PROSPECT) == set()
    assert session.scalar(select(func.count()).select_from(Block).where(Block.email == "")) == 1
    with pytest.raises(Refused) as refusal:
        make_hold(
            session, world.student.ambassador, now + 2 * DAY, now, email="Zephyrine.Q+x@example.org"
        )
    assert refusal.value.status == 409
    with pytest.raises(Refused) as twice:
        write(session, lambda s: blocks.block(s, EMAIL, "Again.", world.kim.id, now))
    assert twice.value.status == 409


def test_an_open_report_is_looked_into_first_but_no_longer_than_a_month(app, session, now, world):
    words = "Quillfeather shouted."
    write(session, lambda s: concerns.report(s, world.past, "ambassador", words, now))
    erase(app, session, world.prospect, now)
    assert session.get_one(Prospect, world.prospect.id, populate_existing=True).erased_at is None
    assert jobs.tick(app, now + 29 * DAY)["erased"] == 0
    assert jobs.tick(app, now + 31 * DAY)["erased"] == 1
    assert find_in_tables(session, OF_PROSPECT) == set()


def test_a_feed_kept_in_memory_names_them_no_more(app, session, now, world):
    service = post_of(session, app.extensions["settings"]).service
    secret, at = world.student.ambassador.feed_secret, now + 2 * MINUTE
    before = feeds.read_feed(session, secret, service, at).body
    erase(app, session, world.prospect, now)
    after = feeds.read_feed(session, secret, service, at).body
    assert (b"Quillfeather" in before, b"Quillfeather" in after) == (True, False)


def test_whoever_comes_back_is_somebody_new(app, session, now, world):
    erase(app, session, world.prospect, now)
    again = make_chat(session, world.student.ambassador, now + 7 * DAY, now + DAY, email=EMAIL)
    assert again.prospect_id != world.prospect.id
    assert jobs.tick(app, now + DAY)["erased"] == 0
    session.expire_all()
    assert session.get_one(Chat, again.id).prospect.email == EMAIL


def copy_database(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def test_the_ledger_erases_again_whom_a_restored_backup_brings_back(app, session, now, world):
    folder = Path(str(db.engine.url.database)).parent
    copy_database(folder / "test.db", folder / "backup.db")
    for person in (world.prospect, world.student):
        erase(app, session, person, now)
    ledger = [files.written(one) for one in privacy.read_done(session)]
    assert says(ledger, [EMAIL, *OF_PROSPECT, *OF_AMBASSADOR]) is False
    db.session.remove()
    copy_database(folder / "backup.db", folder / "test.db")
    assert len(find_in_tables(session, OF_PROSPECT)) > 25
    later = now + DAY
    counts = privacy.replay(session, files.read(ledger), privacy.Eraser(later))
    assert (counts.lines, counts.found) == (len(ledger), 2)
    jobs.tick(app, later + MINUTE)
    jobs.tick(app, later + 2 * MINUTE)
    assert find_in_tables(session, (*OF_PROSPECT, *OF_AMBASSADOR)) == set()
    again = privacy.replay(session, files.read(ledger), privacy.Eraser(later))
    assert (again.found, again.erased) == (0, 0)


def test_a_ledger_outside_the_database_grows_by_a_line_each(app, session, now, world, tmp_path):
    path = tmp_path / "erasures.jsonl"
    eraser = privacy.Eraser(now, path)
    ask(session, world.prospect, now - 2 * DAY)  # mail was waited for long enough
    assert privacy.go_on(session, eraser) == 1
    (line,) = files.read(path.read_text("utf-8").splitlines())
    assert (line.kind, line.at) == ("prospect", now)
    assert find_in_files([path], (EMAIL, *OF_PROSPECT)) == set()
    with pytest.raises(Refused) as refusal:
        list(files.read([*path.read_text("utf-8").splitlines(), "{}"]))
    assert refusal.value.text == "Line 2 is no erasure."


def test_people_are_kept_twelve_months_after_their_last_chat(app, session, now, world):
    early, late = now + 360 * DAY, now + 375 * DAY
    jobs.tick(app, early)
    assert find(session, EMAIL).prospect is not None
    session.rollback()
    write(session, lambda s: s.execute(text("UPDATE reports SET state = 'closed'")))
    counts = [jobs.tick(app, late + n * MINUTE)["erased"] for n in range(3)]
    assert sum(counts) >= 2, counts  # they, and the address with a slip
    assert find_in_tables(session, OF_PROSPECT) == set()
    assert find(session, MISTYPED).prospect is None
    origins = set(session.scalars(select(PrivacyAct.origin)))
    assert (origins, audit(session)) == ({"retention"}, {})


def test_the_last_coordinator_stays(session, world, now):
    with pytest.raises(Refused) as refusal:
        ask(session, world.kim, now)
    assert refusal.value.status == 409
    assert (
        session.scalar(select(func.count()).select_from(User).where(User.erased_at.is_not(None)))
        == 0
    )


def test_no_mail_is_sent_to_whom_is_erased(app, session, now, world):
    erase(app, session, world.prospect, now)
    known = len(mails(app))
    for days in (2, 4, 8):
        jobs.tick(app, now + days * DAY)
    letters = [parse(path.read_bytes()) for path in mails(app)[known:]]
    assert [one.to for one in letters if "erased" in one.to or one.to == EMAIL] == []
