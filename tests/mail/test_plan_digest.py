"""What an ambassador reads when a plan is accepted, and where the prospect's link leads."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from ambassadors.jobs import tick
from ambassadors.models import Notice
from ambassadors.services import assignment, waiting
from ambassadors.services.assignment import Runner
from ambassadors.services.waiting import Ask
from ambassadors.services.writing import write
from tests.factories import load_vocabulary, make_ambassador


@pytest.fixture
def letters(app, session, now, tmp_path):
    """The mails of an accepted plan that gave two prospects to Ana, as text by recipient."""
    load_vocabulary(session)
    ana = make_ambassador(session, name="Ana Lima")
    for name, question in (("Pat", "Is there a lab?\nWhere?"), ("Quinn", "")):
        ask = Ask(
            name,
            f"{name.lower()}@example.org",
            "Asia/Kolkata",
            ["track/thesis"],
            most=["track/thesis"],
            languages=["en"],
            question=question,
            waking=(360, 1440),
        )
        write(session, lambda s, ask=ask: waiting.ask(s, ask, now, mail=False))
    plan = write(session, lambda s: assignment.start(s, now))
    assignment.run_queued(session, Runner("test", now))
    write(session, lambda s: assignment.accept(s, plan.id, now))
    assert tick(app, now + timedelta(minutes=1))["sent"] == 3
    files = (
        message_from_bytes(one.read_bytes(), policy=policy.default)
        for one in (tmp_path / "mail").glob("*.eml")
    )
    found = {}
    for message in files:
        body = message.get_body(("plain",))
        found[str(message["To"])] = (str(message["Subject"]), body.get_content())
    return ana, found


def mail_to(found, name):
    return next(mail for to, mail in found.items() if name in to)


def test_the_digest_names_everybody_with_their_question_and_no_address(letters):
    _, found = letters
    subject, text = mail_to(found, "Ana")
    assert subject == "2 prospects matched with you"
    for words in (
        "Pat (Kolkata)",
        "Quinn (Kolkata)",
        "  - Thesis option",
        "  > Is there a lab?",
        "  > Where?",
        "http://localhost/ambassador",
    ):
        assert words in text
    assert "example.org" not in text


def test_the_prospects_link_leads_to_their_ambassadors_times_with_all_they_asked(letters):
    ana, found = letters
    subject, text = mail_to(found, "pat@")
    assert subject == "We found a student ambassador for you: Ana Lima"
    assert (
        f"http://localhost/ambassadors/{ana.id}?interest=track%2Fthesis&most=track%2Fthesis"
        "&language=en&zone=Asia%2FKolkata&wake=06%3A00&sleep=24%3A00"
    ) in text


def test_a_digest_whose_prospects_all_went_elsewhere_is_not_sent(app, session, now):
    load_vocabulary(session)
    make_ambassador(session, name="Ana")
    ask = Ask("Pat", "pat@example.org", "UTC", ["track/thesis"])
    request = write(session, lambda s: waiting.ask(s, ask, now, mail=False))
    plan = write(session, lambda s: assignment.start(s, now))
    assignment.run_queued(session, Runner("test", now))
    write(session, lambda s: assignment.accept(s, plan.id, now))
    write(session, lambda s: setattr(request, "ambassador_id", None))
    tick(app, now + timedelta(minutes=1))
    states = session.execute(select(Notice.kind, Notice.state).order_by(Notice.id)).all()
    assert states == [("request-matched", "void"), ("plan-digest", "void")]
