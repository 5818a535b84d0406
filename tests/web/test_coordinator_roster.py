"""What coordinators do with several ambassadors: leaving, absences, approval, files, looking."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor
from ambassadors.core.hours import local_date
from ambassadors.core.spans import minute_of
from ambassadors.models import Ambassador, Chat, DeskEvent, Notice
from ambassadors.services import approval, leaving, matching, roster
from ambassadors.services.letters import write_letter
from ambassadors.services.service import post_of
from ambassadors.services.writing import write
from tests.factories import load_vocabulary
from tests.web.browser import open_page, send
from tests.web.staff import DAY, as_ambassador, booked, make_person, press

ROSTER = "/coordinator/ambassadors"
ALL = "Hand over as chosen, then deactivate"


def found(session: Session) -> set[str]:
    """Whom matching finds."""
    session.rollback()
    return {one.name for one in matching.load_profiles(session)}


def acts(session: Session) -> list[str]:
    return list(session.scalars(select(DeskEvent.action).order_by(DeskEvent.id)))


def test_a_graduates_chats_go_to_whoever_is_free_and_the_graduate_leaves(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    bo = make_person(session, "Bo Li")
    chats = [booked(session, ana, today + n * DAY, f"Prospect {n}") for n in (2, 3)]
    before = [(chat.uid, chat.sequence) for chat in chats]
    page = open_page(desk, f"{ROSTER}/leave?who={ana.id}")
    page = send(
        desk,
        page,
        page.form(f"{ROSTER}/leave", "POST"),
        press=ALL,
    )
    assert (page.url, "2 chats handed over." in page.text) == (ROSTER, True)
    session.expire_all()
    assert [(chat.uid, chat.sequence - 1) for chat in chats] == before
    assert ([chat.ambassador_id for chat in chats], ana.status) == ([bo.id, bo.id], "inactive")
    told = set(session.scalars(select(Notice.recipient).where(Notice.kind == "cancellation")))
    assert (told, found(session)) == ({f"ambassador:{ana.id}"}, {"Bo Li"})


def test_one_chat_is_handed_over_and_whoever_leaves_is_not_gone_yet(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    bo = make_person(session, "Bo Li")
    first, second = (booked(session, ana, today + n * DAY, f"Prospect {n}") for n in (2, 3))
    page = open_page(desk, f"{ROSTER}/leave?who={ana.id}")
    form = page.form(f"{ROSTER}/leave", "POST")
    page = send(desk, page, form, only=first.uid)
    session.expire_all()
    assert [first.ambassador_id, second.ambassador_id] == [bo.id, ana.id]
    assert (ana.status, "1 chat is booked with them" in page.text) == ("active", True)


def test_a_chat_nobody_can_take_stays_and_is_named(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    chat = booked(session, ana, today + 2 * DAY, "Priya Raman")
    bo = make_person(session, "Bo Li")
    page = open_page(desk, f"{ROSTER}/leave?who={ana.id}")
    booked(session, bo, today + 2 * DAY, "Somebody Quicker")  # while the page was looked at
    page = send(
        desk,
        page,
        page.form(f"{ROSTER}/leave", "POST"),
        press=ALL,
    )
    assert "Not handed over: Priya Raman: Bo Li is not free at that time." in page.text
    assert ("Nobody who fits is free then." in page.text, "Bo Li (match" in page.text) == (
        True,
        True,
    )
    session.expire_all()
    assert (chat.ambassador_id, chat.status, ana.status) == (ana.id, "confirmed", "inactive")


def test_who_leaves_later_is_booked_until_then_and_gone_with_the_tick_after(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    last = (today + 5 * DAY).date()
    early, late = (booked(session, ana, today + n * DAY, f"Prospect {n}") for n in (2, 9))
    page = open_page(desk, f"{ROSTER}/graduation")
    page = send(desk, page, page.form(f"{ROSTER}/leave"), who=str(ana.id), last=last.isoformat())
    assert [late.prospect_name in page.text, early.prospect_name in page.text] == [True, False]
    send(desk, page, page.form(f"{ROSTER}/leave", "POST"), press="Deactivate")
    session.expire_all()
    assert (ana.status, ana.leaves_on) == ("active", last)
    assert leaving.find_gone(session, today + 4 * DAY) == []
    gone = leaving.find_gone(session, today + 7 * DAY)
    write(session, lambda s: leaving.retire(s, gone, today + 7 * DAY))
    assert (gone, ana.status) == ([ana.id], "inactive")


def test_an_absence_gives_no_slots_is_on_the_roster_and_ends_by_itself(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    bo = make_person(session, "Bo Li")
    inside = booked(session, ana, today + 3 * DAY, "Priya Raman")
    first, back = (today - DAY).date(), (today + 6 * DAY).date()
    page = open_page(desk, f"{ROSTER}/{ana.id}/away")
    page = press(desk, page, f"{ROSTER}/{ana.id}/away", first=first, back=back, note="Exams")
    assert ("Priya Raman" in page.text, "Exams" in page.text) == (True, True)
    assert "Away, back" in open_page(desk, ROSTER).text
    assert "Ana Almeida" in open_page(desk, f"{ROSTER}?status=away").text
    page = press(desk, page, f"{ROSTER}/{ana.id}/away/hand-over")
    session.expire_all()
    assert inside.ambassador_id == bo.id
    row = roster.find(session, ana.id)
    page = press(desk, page, f"{ROSTER}/{ana.id}/away/{row.time_off[0].id}/end")
    assert ("No absence is noted." in page.text, acts(session)) == (True, ["away", "back"])
    press(desk, page, f"{ROSTER}/{ana.id}/away")  # The first form that goes there is the undo.
    session.expire_all()
    (again,) = roster.find(session, ana.id).time_off
    days = (again.first_day, again.last_day, again.note)
    there = local_date(ana.time_zone, minute_of(datetime.now(UTC)))
    assert days == (there, back - DAY, "Exams")


def test_ambassadors_say_themselves_when_they_are_away(
    session: Session, client: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    as_ambassador(client, ana)
    booked(session, ana, today + 3 * DAY, "Priya Raman")
    page = open_page(client, "/ambassador/away")
    first, back = (today + DAY).date(), (today + 6 * DAY).date()
    wrong = press(client, page, "/ambassador/away", first=back, back=first)
    assert (wrong.status, "must come after the first day" in wrong.text) == (422, True)
    page = press(client, page, "/ambassador/away", first=first, back=back)
    assert ("Booked on those days" in page.text, "Priya Raman" in page.text) == (True, True)


def test_somebody_invited_is_found_once_a_coordinator_has_read_the_profile(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    write(session, lambda s: roster.invite(s, "bo@example.edu", "Bo Li", "UTC", today))
    bo = session.scalars(select(Ambassador).where(Ambassador.id != ana.id)).one()
    bo.status = "active"  # as the first sign-in makes it
    session.commit()
    assert (found(session), approval.count_to_read(session)) == ({"Ana Almeida"}, 1)
    page = open_page(desk, f"{ROSTER}/profiles")
    page = press(desk, page, f"{ROSTER}/{bo.id}/approve")
    assert ("Nothing to read" in page.text, found(session)) == (True, {"Ana Almeida", "Bo Li"})
    write(session, lambda s: approval.approve(s, bo.id, None, today))  # nothing is told again
    assert [one.user_id for one in approved(session)] == [bo.user_id]
    write(session, lambda s: approval.hold_back(s, bo.id, None, today))
    write(session, lambda s: approval.approve(s, bo.id, None, today))
    assert [one.version for one in approved(session)] == [1, 2]


def approved(session: Session) -> Sequence[Notice]:
    rows = select(Notice).where(Notice.kind == "profile-approved").order_by(Notice.id)
    return session.scalars(rows).all()


def test_a_changed_profile_stays_shown_and_is_read_again(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    profile = roster.Profile(ana.name, "New words.", ("en",), ana.time_zone, "", "Room 1", ())
    actor = Actor("ambassador", ana.user_id)
    write(session, lambda s: roster.edit_profile(s, ana.id, profile, actor, today))
    page = open_page(desk, f"{ROSTER}/profiles")
    assert ("New words." in page.text, found(session)) == (True, {"Ana Almeida"})
    page = press(desk, page, f"{ROSTER}/{ana.id}/hold-back")
    assert (found(session), acts(session)) == (set(), ["held-back"])
    press(desk, page, f"{ROSTER}/{ana.id}/approve")
    assert (found(session), approval.count_to_read(session)) == ({"Ana Almeida"}, 0)


def test_profiles_need_not_wait(session: Session, desk: FlaskClient, today: datetime) -> None:
    load_vocabulary(session)
    press(desk, open_page(desk, f"{ROSTER}/profiles"), f"{ROSTER}/profiles", wait="no")
    write(session, lambda s: roster.invite(s, "bo@example.edu", "Bo Li", "UTC", today))
    assert session.scalars(select(Ambassador.pending_since)).all() == [None]


def test_looking_as_an_ambassador_changes_nothing_and_is_written_down(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    chat = booked(session, ana, today + 2 * DAY, "Priya Raman")
    press(desk, open_page(desk, f"{ROSTER}/{ana.id}"), f"{ROSTER}/{ana.id}/look")
    page = open_page(desk, "/ambassador")
    assert (page.url, "You see what Ana Almeida sees." in page.text) == ("/ambassador", True)
    assert "Priya Raman" in page.text
    assert ana.feed_secret not in open_page(desk, "/ambassador/feed").html
    cancel = open_page(desk, f"/ambassador/chats/{chat.uid}/cancel")
    refused = press(desk, cancel, f"/ambassador/chats/{chat.uid}/cancel")
    assert (refused.status, "nothing can be changed" in refused.text) == (403, True)
    assert open_page(desk, ROSTER).status == 409
    press(desk, page, "/coordinator/look-away")
    assert open_page(desk, ROSTER).status == 200
    assert acts(session) == ["looked", "looked-away"]
    session.expire_all()
    assert session.scalars(select(Chat.status)).all() == ["confirmed"]


def test_the_roster_sorts_and_its_export_runs_no_formula(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    make_person(session, "=cmd Li", weekly_cap=1)
    booked(session, ana, today + timedelta(hours=1), "Priya Raman")
    page = open_page(desk, f"{ROSTER}?sort=free&way=rising")
    names = [text for href, text in page.links if href.startswith(f"{ROSTER}/") and "Li" in text]
    assert names == ["=cmd Li"]
    lines = desk.get(f"{ROSTER}/export.csv?sort=name").get_data(as_text=True).splitlines()
    assert [line.split(",")[0] for line in lines] == ["name", "'=cmd Li", "Ana Almeida"]


def test_several_are_activated_at_once(
    session: Session, desk: FlaskClient, ana: Ambassador
) -> None:
    bo = make_person(session, "Bo Li", status="inactive")
    page = open_page(desk, ROSTER)
    form = page.form(f"{ROSTER}/several", "POST")
    page = send(desk, page, form, press="Activate", who=[str(ana.id), str(bo.id)])
    assert ("1 ambassador activated." in page.text, acts(session)) == (True, ["activated"])


def test_the_mail_about_an_approval_says_how_things_stand_when_it_is_sent(
    app: Flask, session: Session, ana: Ambassador, today: datetime
) -> None:
    def letter() -> str | None:
        [notice] = approved(session)
        mail = write_letter(session, notice, post_of(session, app.extensions["settings"]), today)
        return mail and mail.text

    write(session, lambda s: approval.hold_back(s, ana.id, None, today))
    write(session, lambda s: approval.approve(s, ana.id, None, today))
    text = letter()
    assert text is not None
    assert "can book chats in your hours" in " ".join(text.split())
    write(session, lambda s: approval.hold_back(s, ana.id, None, today))
    assert letter() is None
