"""Proposed times: passed on when they are free, answered with what is free when they are not."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from ambassadors.core.refused import Refused
from ambassadors.models import Chat, Offer
from ambassadors.services import replies
from ambassadors.services.writing import write
from tests.factories import SECRET, make_ambassador, make_chat
from tests.replying import STAMP, WEDNESDAY, Desk, answer_mail, make_maildir

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SUNDAY = WEDNESDAY + 4 * DAY


@pytest.fixture
def settings(settings, tmp_path):
    return replace(settings, inbox_url=f"maildir:{make_maildir(tmp_path / 'inbox')}")


@pytest.fixture
def desk(app, session, tmp_path, now):
    return Desk(app, session, tmp_path, now)


def counter(letter, start, **said):
    return answer_mail(letter, "TENTATIVE", method="COUNTER", start=start, **said)


def offer_links(letter):
    return [link for link in letter.links if "/offers/" in link]


def take(desk, link):
    token = link.rpartition("/")[2]
    offer = replies.find_offer(desk.session, SECRET, token)
    uid = offer.uid
    return write(desk.session, lambda s: replies.accept(s, uid, desk.now))


def start_of(desk):
    desk.session.expire_all()
    return desk.session.get(Chat, desk.chat.id).starts_at


def test_a_free_time_is_offered_to_the_other_one_with_one_link(desk):
    wanted = WEDNESDAY + 2 * HOUR
    assert desk.receive(
        counter(desk.letter("prospect"), wanted, lines="COMMENT:Later\\, please?")
    ) == [("acted", "Priya Raman proposed another time. Ana Almeida is asked by mail.")]
    (mail,) = desk.sent
    assert mail.to == desk.chat.ambassador.user.email
    when = "Wednesday, March 3, 2027, 12:00 pm (Boston)"
    assert mail.subject == f"Priya Raman proposes another time: {when}"
    assert "Later, please?" in mail.text
    assert (mail.method, len(offer_links(mail))) == (None, 1)
    assert start_of(desk) == WEDNESDAY
    take(desk, offer_links(mail)[0])
    assert start_of(desk) == wanted
    assert {one.subject[:8] for one in [desk.receive(), desk.sent][1]} == {"Changed:"}


def test_the_link_moves_the_chat_once_and_as_the_one_it_was_sent_to(desk):
    desk.receive(counter(desk.letter("ambassador"), WEDNESDAY + 2 * HOUR))
    (mail,) = desk.sent
    assert mail.to == desk.chat.prospect.email
    (link,) = offer_links(mail)
    take(desk, link)
    take(desk, link)
    desk.session.expire_all()
    chat = desk.session.get(Chat, desk.chat.id)
    moves = [(one.actor, one.reason) for one in chat.changes if one.action == "moved"]
    assert moves == [("prospect", "Ana Almeida proposed this time.")]


def test_a_time_that_is_not_free_is_declined_with_the_nearest_ones(desk):
    letter = desk.letter("prospect")
    assert desk.receive(counter(letter, SUNDAY)) == [
        ("acted", "Priya Raman proposed a time that is not free, and was sent the nearest.")
    ]
    (mail,) = desk.sent
    assert (mail.to, mail.method) == (letter.to, "DECLINECOUNTER")
    assert (str(mail.entry["UID"]), int(mail.entry["SEQUENCE"])) == (desk.chat.uid, 0)
    assert mail.entry["ORGANIZER"] == letter.entry["ORGANIZER"]
    assert len(offer_links(mail)) == 3
    take(desk, offer_links(mail)[0])
    assert start_of(desk) == SUNDAY + timedelta(hours=23)  # Monday, 9:00 in Boston


def test_a_time_at_which_the_prospect_has_another_chat_is_not_free(desk, session, now):
    other = make_ambassador(session, "Bo Li")
    make_chat(session, other, WEDNESDAY + HOUR, now, email=desk.chat.prospect.email)
    desk.receive(counter(desk.letter("ambassador"), WEDNESDAY + HOUR))
    assert [one.method for one in desk.sent if one.to == desk.chat.ambassador.user.email] == [
        "DECLINECOUNTER"
    ]


def test_a_proposal_that_comes_twice_is_passed_on_once(desk):
    letter, wanted = desk.letter("prospect"), WEDNESDAY + 2 * HOUR
    again = counter(letter, wanted, stamp=STAMP + HOUR)
    outcomes = desk.receive(counter(letter, wanted), again, counter(letter, SUNDAY))
    assert [state for state, _ in outcomes] == ["acted", "ignored", "acted"]
    assert desk.receive(counter(letter, SUNDAY)) == [
        ("ignored", "The same time was proposed before.")
    ]
    assert desk.sent == []


def test_the_sixth_proposal_is_left_to_a_person(desk):
    letter = desk.letter("prospect")
    wanted = [WEDNESDAY + number * HOUR for number in range(1, 7)]
    outcomes = desk.receive(*(counter(letter, one) for one in wanted))
    assert [state for state, _ in outcomes] == ["acted"] * 5 + ["held"]


def test_a_later_proposal_takes_the_place_of_the_earlier(desk):
    letter = desk.letter("prospect")
    desk.receive(counter(letter, WEDNESDAY + 2 * HOUR))
    (first,) = offer_links(desk.sent[0])
    desk.receive(counter(letter, WEDNESDAY + 3 * HOUR))
    (second,) = offer_links(desk.sent[0])
    with pytest.raises(Refused, match="does not count any more"):
        take(desk, first)
    take(desk, second)
    assert start_of(desk) == WEDNESDAY + 3 * HOUR


def test_a_link_does_not_outlive_a_change_of_the_chat(desk):
    desk.receive(counter(desk.letter("prospect"), WEDNESDAY + 2 * HOUR))
    (link,) = offer_links(desk.sent[0])
    desk.move(WEDNESDAY + 4 * HOUR)
    with pytest.raises(Refused, match="has changed") as refusal:
        take(desk, link)
    assert refusal.value.status == 409
    assert start_of(desk) == WEDNESDAY + 4 * HOUR


def test_a_proposal_to_an_earlier_state_of_the_chat_is_not_passed_on(desk):
    letter = desk.letter("prospect")
    desk.move(WEDNESDAY + HOUR)
    (outcome,) = desk.receive(counter(letter, WEDNESDAY + 2 * HOUR))
    assert (outcome[0], desk.sent) == ("noted", [])


def test_a_proposal_without_a_time_that_can_be_read_is_held(desk):
    letter = desk.letter("prospect")
    odd = "DTSTART;TZID=Nowhere/Land:20270303T170000"
    assert desk.receive(
        counter(letter, None, lines=odd), counter(letter, WEDNESDAY), counter(letter, None)
    ) == [
        ("held", "It names a time in a zone that is not known."),
        ("held", "It proposes a change, but no other time."),
        ("held", "It proposes a change, but no other time."),
    ]
    assert list(desk.session.scalars(select(Offer))) == []


def test_a_link_that_was_changed_by_a_character_is_none(desk):
    desk.receive(counter(desk.letter("prospect"), WEDNESDAY + 2 * HOUR))
    token = offer_links(desk.sent[0])[0].rpartition("/")[2]
    wrong = ("B" if token[-1] != "B" else "C").join((token[:-1], ""))
    with pytest.raises(Refused) as refusal:
        replies.find_offer(desk.session, SECRET, wrong)
    assert refusal.value.status == 404
