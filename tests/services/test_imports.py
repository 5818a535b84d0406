"""People from CSV files: all or none, each fault with its place; and back into a file."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ambassadors.core.hours import WeeklySpan, parse_weekly
from ambassadors.core.refused import Refused
from ambassadors.core.settings.rules import House, house_value
from ambassadors.core.slots import Rules
from ambassadors.extensions import db
from ambassadors.models import Ambassador, Chat, Notice, User, WaitingRequest
from ambassadors.models.engine import begin_write
from ambassadors.services import bringing, importing
from ambassadors.services.bringing import ChangedMeanwhile
from ambassadors.services.bringing_ready import prepare
from ambassadors.services.imports import (
    BadRows,
    Imported,
    bring_in_ambassadors,
    check_ambassadors,
    export_ambassadors,
    import_ambassadors,
    import_prospects,
)
from ambassadors.services.settings import changing
from ambassadors.services.settings.changing import Save
from ambassadors.services.writing import write
from tests.counting import counted
from tests.factories import load_vocabulary, make_ambassador, make_chat, make_user

WEDNESDAY = datetime(2027, 3, 3, 15, 0, tzinfo=UTC)
HEADER = "name,email,time_zone,hours,weekly_cap,bio,languages,meeting_url,track,industry\n"
ANA = (
    "Ana Almeida,Ana@Example.edu,US/Eastern,Mon 09:00-12:00; Wed 14:00-17:30,5,Hello,"
    "en; pt-BR,https://meet.example.edu/ana,thesis; project,Aerospace\n"
)


@pytest.fixture(autouse=True)
def vocabulary(session):
    load_vocabulary(session)


def bring(session, text, now, **options):
    return write(session, lambda s: import_ambassadors(s, text.encode(), now, **options))


def wait(session, text, now, **options):
    return write(session, lambda s: import_prospects(s, text.encode(), now, **options))


def faults(session, text, now, work=bring):
    with pytest.raises(BadRows) as caught:
        work(session, text, now)
    return [str(problem) for problem in caught.value.problems]


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def test_a_row_becomes_an_ambassador_who_can_be_booked_at_once(session, now):
    assert bring(session, HEADER + ANA, now) == Imported(added=1, updated=0)
    ana = session.scalars(select(Ambassador)).one()
    told = (ana.name, ana.user.email, ana.status, ana.time_zone, ana.weekly_cap, ana.bio)
    assert told == ("Ana Almeida", "ana@example.edu", "active", "America/New_York", 5, "Hello")
    assert (ana.languages, ana.meeting_url) == (["en", "pt-BR"], "https://meet.example.edu/ana")
    assert [WeeklySpan(h.weekday, h.start_minute, h.end_minute) for h in ana.weekly_hours] == list(
        parse_weekly("Mon 09:00-12:00; Wed 14:00-17:30")
    )
    keys = {f"{one.family.key}/{one.key}" for one in ana.interests}
    assert keys == {"track/thesis", "track/project", "industry/aerospace"}
    assert count(session, Notice) == 0


def test_with_invite_everyone_new_gets_the_link_for_a_password(session, now):
    bring(session, HEADER + ANA, now, invite=True)
    assert session.scalars(select(Notice.kind)).all() == ["account-invitation"]


def test_columns_that_are_missing_or_empty_mean_the_usual(session, now):
    bring(session, "email,name,time_zone,weekly_cap\nbo@example.edu,Bo,UTC,\n", now)
    bo = session.scalars(select(Ambassador)).one()
    assert (bo.weekly_cap, bo.languages, bo.bio, bo.weekly_hours) == (8, ["en"], "", [])


def test_every_bad_cell_is_named_and_nothing_is_imported(session, now):
    text = (
        HEADER
        + ANA
        + (
            ",not an address,Mars/Base,Mon 25:00-26:00,-1,x\x07,e n,ftp://x,tesis,\n"
            "Bo,ana@example.edu,UTC,,,,,,,\n"
        )
    )
    assert faults(session, text, now) == [
        "line 3, name: This cell is empty.",
        "line 3, email: A mail address has no spaces or control characters.",
        "line 3, time_zone: “Mars/Base” is not a time zone such as “America/New_York”.",
        "line 3, hours: “Mon 25:00-26:00” has a time that is not on the clock.",
        "line 3, weekly_cap: “-1” is not a whole number from 0 to 100.",
        "line 3, bio: This contains characters that are no text.",
        "line 3, languages: “e n” is not a language tag such as “en” or “pt-BR”.",
        "line 3, meeting_url: The meeting link must be a whole address, such as "
        "https://zoom.example.com/j/123.",
        "line 3, track: “tesis” is none of: thesis, project.",
        "line 4, email: This address stands in line 2 already.",
    ]
    assert (count(session, User), count(session, Ambassador)) == (0, 0)


def test_a_coordinators_address_is_no_ambassadors(session, now):
    make_user(session, email="ana@example.edu")
    assert faults(session, HEADER + ANA, now) == [
        "line 2, email: This address has an account that is no ambassador's."
    ]


def test_a_dry_run_says_what_would_be_and_writes_nothing(session, now):
    assert bring(session, HEADER + ANA, now, dry_run=True) == Imported(added=1, updated=0)
    assert count(session, User) == 0


def test_a_known_address_is_updated_and_what_the_file_does_not_say_stays(session, now):
    ana = make_ambassador(session, interests=("track/thesis", "topic/additive"), bio="Old")
    text = f"name,email,time_zone,track\nAna B,{ana.user.email},Asia/Calcutta,project\n"
    assert bring(session, text, now) == Imported(added=0, updated=1)
    session.refresh(ana)
    assert (ana.name, ana.time_zone, ana.bio) == ("Ana B", "Asia/Kolkata", "Old")
    keys = {f"{one.family.key}/{one.key}" for one in ana.interests}
    assert keys == {"track/project", "topic/additive"}
    assert len(ana.weekly_hours) == 5


def test_a_new_meeting_link_reaches_everybody_with_a_chat_to_come(session, now):
    ana = make_ambassador(session)
    chat = make_chat(session, ana, WEDNESDAY, now)
    link = "https://meet.example.edu/other"
    bring(session, f"name,email,time_zone,meeting_url\nAna,{ana.user.email},UTC,{link}\n", now)
    session.expire_all()
    assert session.get_one(Chat, chat.id).place == link


def test_what_is_exported_is_imported_again_without_a_change(session, now):
    make_ambassador(session, name="=cmd", bio='-1 "quoted"\nand a second line')
    make_ambassador(session, name="Bo", hours="", interests=())
    text = export_ambassadors(session)
    assert bring(session, text, now) == Imported(added=0, updated=2)
    session.expire_all()
    assert export_ambassadors(session) == text
    assert session.scalars(select(User.name).order_by(User.name)).all() == ["=cmd", "Bo"]


def test_prospects_wait_to_be_matched_and_get_no_mail(session, now):
    text = "name,email,time_zone,languages,track\nPat,pat@example.org,Asia/Calcutta,en,thesis\n"
    assert wait(session, text, now) == Imported(added=1, updated=0)
    row = session.scalars(select(WaitingRequest)).one()
    told = (row.name, row.time_zone, row.languages, row.interests, row.state)
    assert told == ("Pat", "Asia/Kolkata", ["en"], ["track/thesis"], "waiting")
    assert count(session, Notice) == 0


def test_who_waits_already_waits_for_what_the_file_says_now(session, now):
    header = "name,email,time_zone,track\n"
    wait(session, header + "Pat,pat@example.org,UTC,thesis\n", now)
    again = header + "Pat,pat@example.org,UTC,project\nBo,bo@example.org,UTC,thesis\n"
    later = now.replace(hour=20)
    assert wait(session, again, later) == Imported(added=1, updated=1)
    asked = session.scalars(select(WaitingRequest.interests).order_by(WaitingRequest.id)).all()
    assert asked == [["track/project"], ["track/thesis"]]


def test_a_prospect_without_any_interest_is_a_bad_row(session, now):
    text = "name,email,time_zone,track\nPat,pat@example.org,UTC,\n"
    assert faults(session, text, now, wait) == [
        "line 2, research-center, track, industry: Name at least one interest."
    ]


def test_a_file_may_say_when_prospects_are_awake(session, now):
    header = "name,email,time_zone,awake,track\n"
    rows = "Pat,pat@example.org,UTC,05:30-23:00,thesis\nBo,bo@example.org,UTC,,thesis\n"
    wait(session, header + rows, now)
    found = session.scalars(select(WaitingRequest).order_by(WaitingRequest.name)).all()
    assert [one.awake.texts for one in found] == [("07:00", "22:00"), ("05:30", "23:00")]
    assert faults(session, header + "Pat,pat@example.org,UTC,soon,thesis\n", now, wait) == [
        "line 2, awake: Waking hours are times of day such as 07:00 and 22:00."
    ]


def test_a_file_of_too_many_lines_is_not_read(session):
    data = b"name,email,time_zone\n" + b"a,b,c\n" * 50_000
    with pytest.raises(Refused, match="The file has 50,001 lines; split it into several"):
        importing.check(session, data)


def test_what_is_written_under_the_lock_takes_as_many_statements_for_many_rows(session, now):
    taken = []
    for first, count_of_rows in ((0, 2), (10, 40)):
        lines = [
            f"P {n},p{n}@example.edu,UTC,Mon 09:00-12:00,5,,en,,thesis,\n"
            for n in range(first, first + count_of_rows)
        ]
        people = check_ambassadors(session, (HEADER + "".join(lines)).encode())
        ready = prepare(session, people, now)
        with counted() as statements:
            write(session, lambda s, ready=ready: bringing.bring(s, ready, now, True))
        taken.append(len(statements))
    assert (taken[0], count(session, Ambassador)) == (taken[1], 42)


def test_a_file_prepared_before_somebody_got_an_account_is_prepared_again(session, now):
    ready = prepare(session, check_ambassadors(session, (HEADER + ANA).encode()), now)
    make_user(session, email="ana@example.edu")
    with pytest.raises(ChangedMeanwhile):
        write(session, lambda s: bringing.bring(s, ready, now, False))
    assert (count(session, User), count(session, Ambassador)) == (1, 0)


def test_who_comes_from_a_file_starts_with_the_rules_of_the_house(session, now):
    user = make_user(session)
    house = House(Rules(lengths=(20,), notice=60, weekly_cap=4))
    wanted = Save("rules", house_value(house), 0, user.id, now)
    write(session, lambda s: changing.save(s, wanted))
    bring(session, "email,name,time_zone\nbo@example.edu,Bo,UTC\n", now)
    bo = session.scalars(select(Ambassador)).one()
    assert (bo.lengths, bo.notice_minutes, bo.weekly_cap) == ([20], 60, 4)


def test_a_file_is_read_and_prepared_while_somebody_else_writes(session, now):
    data = (HEADER + ANA).encode()
    with Session(db.engine) as busy:
        begin_write(busy)
        checked = bring_in_ambassadors(session, data, now, dry_run=True)
        busy.rollback()
    assert checked == bring_in_ambassadors(session, data, now) == Imported(1, 0)
    assert count(session, Ambassador) == 1
