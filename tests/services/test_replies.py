"""Replies: each answer of a calendar is acted upon once, and only as its sender's link could."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from ambassadors.core.chats import Actor
from ambassadors.models import HandOffAsk, Notice
from ambassadors.services import booking, handoffs, oversight, replies
from ambassadors.services.writing import write
from tests.factories import make_ambassador
from tests.replying import (
    MINUTE,
    STAMP,
    WEDNESDAY,
    Desk,
    answer_mail,
    make_maildir,
    reply_address,
    returned_mail,
    words_mail,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def settings(settings, tmp_path):
    return replace(settings, inbox_url=f"maildir:{make_maildir(tmp_path / 'inbox')}")


@pytest.fixture
def desk(app, session, tmp_path, now):
    return Desk(app, session, tmp_path, now)


def test_each_reader_has_an_address_of_their_own_for_answers(desk):
    addresses = {reply_address(desk.letter(who)) for who in ("prospect", "ambassador")}
    assert len(addresses) == 2
    assert {one.partition("+")[0] for one in addresses} == {"chats"}


def test_an_accepted_invitation_is_shown_to_both_and_mails_nobody(desk):
    assert desk.receive(answer_mail(desk.letter("prospect"))) == [
        ("acted", "Priya Raman accepted.")
    ]
    assert desk.receive(answer_mail(desk.letter("ambassador"), "TENTATIVE")) == [
        ("acted", "Ana Almeida answered “maybe”.")
    ]
    assert desk.answers() == [
        ("prospect", "accepted the invitation"),
        ("ambassador", "answered “maybe”"),
    ]
    assert desk.sent == []


def test_a_mail_is_handled_once_and_moved_aside(desk, tmp_path):
    desk.receive(answer_mail(desk.letter("prospect")))
    assert list((tmp_path / "inbox/new").iterdir()) == []
    (handled,) = (tmp_path / "inbox/cur").iterdir()
    handled.rename(tmp_path / "inbox/new" / handled.name.partition(":")[0])  # as after a crash
    assert desk.receive() == []
    assert list((tmp_path / "inbox/new").iterdir()) == []


def test_a_prospect_who_declines_is_asked_once_and_the_chat_stands(desk):
    letter = desk.letter("prospect")
    assert desk.receive(answer_mail(letter, "DECLINED")) == [
        ("acted", "Priya Raman declined. A mail asks them whether the chat shall be cancelled.")
    ]
    (asked,) = desk.sent
    assert (asked.to, asked.subject) == (letter.to, "Cancel your chat with Ana Almeida?")
    assert [link for link in asked.links if link.endswith("?to=cancel")] != []
    assert desk.status() == "confirmed"
    desk.receive(answer_mail(letter, "ACCEPTED", stamp=STAMP + MINUTE))
    assert desk.receive(answer_mail(letter, "DECLINED", stamp=STAMP + 2 * MINUTE)) == [
        (
            "noted",
            "Priya Raman declined. They were asked before whether the chat shall be cancelled.",
        )
    ]
    assert desk.sent == []


def test_the_link_of_that_mail_leads_to_the_cancel_page_and_changes_nothing(desk, client):
    desk.receive(answer_mail(desk.letter("prospect"), "DECLINED"))
    (link,) = [one for one in desk.sent[0].links if one.endswith("?to=cancel")]
    answer = client.get(link.removeprefix("http://localhost"))
    assert (answer.status_code, answer.location) == (302, f"/chats/{desk.chat.uid}/cancel")
    assert desk.status() == "confirmed"


def test_when_an_ambassador_declines_somebody_else_is_asked(desk, session):
    make_ambassador(session, "Bo Li")
    assert desk.receive(answer_mail(desk.letter("ambassador"), "DECLINED")) == [
        ("acted", "Ana Almeida declined. Somebody else is being asked to take the chat.")
    ]
    assert handoffs.last_search(session, desk.chat.id).asking.name == "Bo Li"
    assert desk.status() == "confirmed"


def test_an_ambassador_who_declined_and_then_accepts_keeps_the_chat(desk, session):
    make_ambassador(session, "Bo Li")
    letter = desk.letter("ambassador")
    desk.receive(answer_mail(letter, "DECLINED"))
    accepted = answer_mail(letter, "ACCEPTED", stamp=STAMP + MINUTE)
    assert desk.receive(accepted) == [
        ("acted", "Ana Almeida accepted after all. Nobody else is asked any more.")
    ]
    assert handoffs.last_search(session, desk.chat.id).status == "withdrawn"
    told = [one.subject for one in desk.sent if one.to == desk.letter("prospect").to]
    assert told == ["Ana Almeida can make it after all"]


def test_an_acceptance_that_comes_once_somebody_else_has_the_chat_changes_nothing(desk, session):
    make_ambassador(session, "Bo Li")
    letter = desk.letter("ambassador")
    desk.receive(answer_mail(letter, "DECLINED"))
    search = session.scalars(select(HandOffAsk)).one().uid
    write(session, lambda s: handoffs.accept(s, search, desk.now))
    (outcome,) = desk.receive(answer_mail(letter, "ACCEPTED", stamp=STAMP + MINUTE))
    assert outcome[0] == "held"
    assert booking.find_chat(session, desk.chat.uid).ambassador.name == "Bo Li"


def test_when_an_ambassador_declines_and_nobody_can_the_chat_is_cancelled(desk):
    assert desk.receive(answer_mail(desk.letter("ambassador"), "DECLINED")) == [
        ("acted", "Ana Almeida declined, and nobody else is free then. The chat is cancelled.")
    ]
    assert desk.status() == "cancelled"


def test_a_reply_without_the_chats_own_secret_is_held(desk):
    letter = desk.letter("prospect")
    for to in ("chats@ambassadors.example.edu", f"chats+{'0' * 40}@ambassadors.example.edu"):
        (outcome,) = desk.receive(answer_mail(letter, "DECLINED", to=to, organizer=None))
        assert outcome[0] == "held"
    assert desk.answers() == []


def test_nobody_answers_for_the_other(desk):
    prospect, ambassador = desk.letter("prospect"), desk.letter("ambassador")
    forged = answer_mail(
        prospect, "DECLINED", sender=ambassador.to, attendee=ambassador.to
    )  # the prospect knows their own secret alone
    assert desk.receive(forged) == [
        ("held", "It came from an address that is not the one of Priya Raman. Nothing was changed.")
    ]
    assert desk.answers() == []


def test_a_forwarded_reply_is_held_and_can_be_applied(desk, session):
    letter = desk.letter("prospect")
    desk.receive(answer_mail(letter, sender="priya@work.example.com"))
    (row,) = replies.find_inbox(session).items
    words = write(session, lambda s: replies.apply_as(s, row.id, "prospect", 1, desk.now))
    assert words == "Priya Raman accepted."
    assert desk.answers() == [("prospect", "accepted the invitation")]
    assert [(row.outcome, row.handled_by) for row in desk.rows()] == [("applied", 1)]


def test_an_invitation_that_was_passed_on_to_a_friend_is_held(desk):
    letter = desk.letter("prospect")
    assert desk.receive(answer_mail(letter, attendee="friend@example.com")) == [
        ("held", "It answers for somebody else than Priya Raman. Nothing was changed.")
    ]


def test_repeated_and_older_answers_are_ignored_with_a_reason(desk):
    letter = desk.letter("prospect")
    assert desk.receive(
        answer_mail(letter, "TENTATIVE", stamp=STAMP - MINUTE),
        answer_mail(letter, "ACCEPTED", stamp=STAMP - 30 * MINUTE),
        answer_mail(letter, "TENTATIVE", stamp=STAMP - MINUTE),
    ) == [
        ("acted", "Priya Raman answered “maybe”."),
        ("ignored", "A later answer had come before it."),
        ("ignored", "The same answer had come before."),
    ]


def test_of_two_answers_with_the_invitations_own_stamp_the_last_one_counts(desk):
    letter = desk.letter("prospect")
    desk.receive(answer_mail(letter, "TENTATIVE"), answer_mail(letter, "ACCEPTED"))
    assert desk.answers() == [("prospect", "accepted the invitation")]


def test_a_clock_that_is_ahead_does_not_shut_out_later_answers(desk):
    letter, next_year = desk.letter("prospect"), STAMP + timedelta(days=365)
    desk.receive(answer_mail(letter, "TENTATIVE", stamp=next_year))
    desk.receive(answer_mail(letter, "ACCEPTED", stamp=next_year - HOUR))
    assert desk.answers() == [("prospect", "accepted the invitation")]


def test_an_answer_to_an_earlier_time_is_written_down_and_nothing_follows(desk):
    letter = desk.letter("prospect")
    desk.move(WEDNESDAY + HOUR)
    assert desk.receive(answer_mail(letter, "DECLINED")) == [
        ("noted", "It answers an earlier state of the chat, so nothing follows from it.")
    ]
    assert (desk.answers(), desk.sent) == ([], [])


def test_a_reply_without_a_sequence_is_to_the_time_that_it_names(desk):
    desk.move(WEDNESDAY + HOUR)
    letter = desk.letter("prospect")
    earlier = answer_mail(letter, "DECLINED", sequence=None, start=WEDNESDAY)
    now = answer_mail(letter, "ACCEPTED", sequence=None)
    assert [state for state, _ in desk.receive(earlier, now)] == ["noted", "acted"]


def test_a_reply_after_the_end_or_the_cancellation_changes_nothing(desk):
    letter, who = desk.letter("prospect"), Actor("prospect")
    write(desk.session, lambda s: booking.cancel(s, desk.chat.uid, who, desk.now))
    assert desk.receive(answer_mail(letter)) == [("ignored", "The chat is cancelled.")]


def test_replies_to_other_peoples_invitations_are_ignored(desk):
    stray = answer_mail(desk.letter("prospect"), uid="somebody-elses@calendar.example.com")
    assert desk.receive(stray) == [("ignored", "It answers an invitation that is not ours.")]


def test_automatic_answers_and_stray_mail_are_ignored(desk):
    to = reply_address(desk.letter("prospect"))
    mails = [
        words_mail("priya@example.org", to, "Automatic reply: Chat with Ana"),
        words_mail("priya@example.org", to, "Away", "Auto-Submitted: auto-replied\n"),
        words_mail("priya@example.org", to, "Away", "X-Autoreply: yes\n"),
        words_mail("news@example.com", to, "Buy now", "Precedence: bulk\n"),
        words_mail("news@example.com", to, "Buy now"),
        b"\x00\xff" * 100,
    ]
    assert [state for state, _ in desk.receive(*mails)] == ["ignored"] * 6


def test_an_answer_in_words_is_held_for_a_person(desk):
    letter = desk.letter("prospect")
    about = f"In-Reply-To: {letter.message_id}\n"
    words = words_mail(letter.to, reply_address(letter), "Re: Chat", about)
    assert [state for state, _ in desk.receive(words)] == ["held"]
    assert desk.rows()[0].chat_id == desk.chat.id


def test_a_mail_that_comes_back_is_shown_against_its_notice(desk, session):
    letter = desk.letter("prospect")
    (outcome,) = desk.receive(returned_mail(letter))
    assert outcome == (
        "noted",
        f"A mail to {letter.to} came back: smtp; 550 5.1.1 no such user",
    )
    (notice,) = session.scalars(select(Notice).where(Notice.returned_at.is_not(None)))
    assert (notice.state, notice.kind, notice.recipient) == ("sent", "invitation", "prospect")
    assert oversight.count_returned(session, desk.now) == 1


def test_a_delay_is_no_return_and_a_forged_return_changes_nothing(desk, session):
    letter = desk.letter("prospect")
    forged = returned_mail(letter, to="chats@ambassadors.example.edu")
    outcomes = desk.receive(returned_mail(letter, "delayed"), forged)
    assert [state for state, _ in outcomes] == ["ignored", "ignored"]
    assert oversight.count_returned(session, STAMP - HOUR) == 0


def test_a_mail_that_cannot_be_read_does_not_stop_the_next(desk):
    letter = desk.letter("prospect")
    odd = answer_mail(letter, uid="x" * 190), b"", b"\n\n", b"Content-Type: multipart/mixed\n\n"
    assert desk.receive(*odd, answer_mail(letter))[-1] == ("acted", "Priya Raman accepted.")
