"""The commands: what they print, how they end, what they leave behind."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from ambassadors.extensions import db
from ambassadors.models import Ambassador, Interest, Notice, User, WaitingRequest
from ambassadors.services import passwords
from config import ROOT
from tests.factories import load_vocabulary, make_ambassador, make_chat

PROGRAMME = str(ROOT / "ambassadors" / "data" / "aim-programme.toml")


@pytest.fixture
def run(app):
    """Runs a command; (exit status, what it printed to stdout, to stderr)."""

    def run(*words, stdin=None):
        db.session.rollback()  # a command of its own process sees what is there now
        result = app.test_cli_runner().invoke(args=list(words), input=stdin)
        return result.exit_code, result.stdout, result.stderr

    return run


@pytest.fixture
def file(tmp_path):
    """Writes a file, and gives its path."""

    def write(text, name="people.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_the_vocabulary_is_loaded_and_loaded_again(run, session, file):
    assert run("programme", "load", PROGRAMME) == (0, "64 added, 0 updated, 0 retired.\n", "")
    assert run("programme", "load", PROGRAMME)[1] == "0 added, 0 updated, 0 retired.\n"
    assert len(session.scalars(select(Interest)).all()) == 54


def test_a_file_that_is_no_vocabulary_is_refused_in_a_sentence(run, file):
    status, printed, said = run("programme", "load", file("family = 3", "x.toml"))
    assert (status, printed) == (1, "")
    assert said == "Error: The programme file needs at least one entry in [[family]].\n"
    status, _, said = run("programme", "load", file("[[", "y.toml"))
    assert (status, "is not TOML" in said) == (1, True)


def test_a_coordinator_is_created_and_invited(run, session):
    status, printed, _ = run("users", "create", "Robin@Example.edu", "--role", "coordinator")
    user = session.scalars(select(User)).one()
    assert (status, user.email, user.name, user.role) == (
        0,
        "robin@example.edu",
        "Robin",
        "coordinator",
    )
    assert printed.endswith("A link to set a password is on its way by mail.\n")
    assert session.scalars(select(Notice.kind)).all() == ["account-invitation"]


def test_admissions_staff_are_created_and_invited(run, session):
    _, printed, _ = run("users", "create", "lee@example.edu", "--role", "admissions")
    assert session.scalars(select(User.role)).all() == ["admissions"]
    assert printed.startswith("lee@example.edu is now admissions staff.\n")


def test_an_ambassador_with_a_password_has_a_profile_and_no_invitation(run, session):
    words = ("users", "create", "ana@example.edu", "--role", "ambassador", "--name", "Ana")
    status, _, _ = run(*words, "--password-stdin", stdin="correct horse battery\n")
    ana = session.scalars(select(Ambassador)).one()
    assert (status, ana.name) == (0, "Ana")
    assert passwords.verify(ana.user.password_hash, "correct horse battery")
    assert session.scalars(select(Notice)).all() == []


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("nobody", "correct horse battery", "exactly one @"),
        ("a@example.edu", "short", "at least 12 characters"),
        ("a@example.edu", "", "at least 12 characters"),
    ],
)
def test_a_bad_address_or_password_makes_no_account(run, session, email, password, said):
    status, _, words = run(
        "users", "create", email, "--role", "coordinator", "--password-stdin", stdin=password
    )
    assert (status, said in words) == (1, True)
    assert session.scalars(select(User)).all() == []


def test_ambassadors_go_out_and_come_in(run, session, file):
    make_ambassador(session, name="Ána")
    status, exported, _ = run("ambassadors", "export")
    assert (status, exported.splitlines()[0].split(",")[:3]) == (0, ["name", "email", "time_zone"])
    assert run("ambassadors", "import", file(exported)) == (
        0,
        "0 ambassadors added, 1 updated.\n",
        "",
    )


def test_every_bad_row_is_printed_and_the_command_fails(run, session, file):
    load_vocabulary(session)
    bad = "name,email,time_zone\nAna,ana,UTC\n,bo@example.edu,Mars\n"
    assert run("ambassadors", "import", file(bad)) == (
        1,
        "",
        "line 2, email: A mail address has exactly one @, as in ana@example.org.\n"
        "line 3, name: This cell is empty.\n"
        "line 3, time_zone: “Mars” is not a time zone such as “America/New_York”.\n"
        "Error: Nothing was imported.\n",
    )
    assert session.scalars(select(User)).all() == []


def test_a_dry_run_only_says_what_would_be(run, session, file):
    load_vocabulary(session)
    good = file("name,email,time_zone\nAna,ana@example.edu,UTC\n")
    assert run("ambassadors", "import", good, "--dry-run")[1] == (
        "1 ambassador would be added, 0 updated.\n"
    )
    assert session.scalars(select(User)).all() == []


def test_prospects_come_in_are_assigned_and_told(run, session, file):
    make_ambassador(session, name="Ana")
    waiting = file("name,email,time_zone,track\nPat,pat@example.org,UTC,thesis\n")
    assert run("prospects", "import", waiting)[:2] == (
        0,
        "1 waiting prospect added, 0 waiting already, now as the file says.\n",
    )
    report = json.loads(run("assign", "--dry-run", "--json")[1])
    assert report["proven"] is True
    assert [(one["prospect"], one["ambassador"]["name"]) for one in report["placed"]] == [
        ("Pat", "Ana")
    ]
    assert (
        run("assign")[1] == "Pat → Ana (100)\n1 matched, 0 still waiting; no better plan exists.\n"
    )
    session.expire_all()
    assert session.scalars(select(WaitingRequest.state)).all() == ["matched"]


def test_a_tick_prints_what_it_did_as_json(run, session, now, settings, tmp_path):
    make_chat(session, make_ambassador(session), now + timedelta(days=2), now)
    status, printed, _ = run("tick", "--now", now.isoformat())
    assert (status, json.loads(printed)["sent"]) == (0, 2)
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 2


@pytest.mark.parametrize("moment", ["2027-03-01", "2027-03-01T10:00:00", "soon"])
def test_a_tick_at_a_moment_without_a_zone_is_refused(run, moment):
    status, printed, said = run("tick", "--now", moment)
    assert (status, printed) == (2, "")
    assert f"“{moment}”" in said


def test_the_doctor_finds_a_scheduler_missing_and_then_nothing(run):
    assert run("doctor") == (
        1,
        "scheduler: No scheduler has ever run: start `flask scheduler`.\n",
        "",
    )
    run("tick")
    assert run("doctor") == (0, "All is well.\n", "")
    report = json.loads(run("doctor", "--json")[1])
    assert report["ok"] is True
    assert {check["name"] for check in report["checks"]} == {
        "database",
        "migrations",
        "mail",
        "inbox",
        "scheduler",
        "notices",
        "calendars",
        "erasures",
        "school",
    }


def test_a_backup_is_written_where_asked(run, tmp_path):
    target = tmp_path / "copy.db"
    assert run("backup", str(target))[0] == 0
    assert target.stat().st_size > 0
    status, _, said = run("backup", str(tmp_path / "no" / "folder" / "copy.db"))
    assert (status, "The copy could not be made" in said) == (1, True)


def test_the_clock_of_commands_is_the_real_one(run, session):
    before = datetime.now(UTC) - timedelta(seconds=1)
    run("users", "create", "robin@example.edu", "--role", "coordinator")
    created = session.scalars(select(User.created_at)).one()
    assert before <= created <= datetime.now(UTC)
