"""A prospect and an ambassador of whom there is something wherever there can be."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor
from ambassadors.models import (
    Ambassador,
    BusySpans,
    Chat,
    InboxMessage,
    Notice,
    Participation,
    Prospect,
    User,
)
from ambassadors.services import (
    absence,
    assignment,
    blocks,
    booking,
    bulk,
    chat_notes,
    concerns,
    desk,
    feedback,
    follow_ups,
    handoffs,
    importing,
    saved_filters,
    waiting,
)
from ambassadors.services.feedback import Said
from ambassadors.services.idempotency import answer_once
from ambassadors.services.imports import Imported
from ambassadors.services.replies.offers import make_offer
from ambassadors.services.waiting import Ask
from ambassadors.services.writing import write
from tests.calendars import add
from tests.factories import make_ambassador, make_chat, make_user, order

NAME, EMAIL = "Zephyrine Quillfeather", "zephyrine.q@example.org"
MISTYPED = "zephyrine.q@exmaple.org"
ASKED = "Does the kiln room smell of ozonium?"
# Single words that nothing else in these tests says.
OF_PROSPECT = ("zephyrine", "quillfeather", "ozonium", "plumbago", "Atlantic/Reykjavik")
STUDENT, STUDENT_EMAIL = "Ørjan Vellichor", "orjan.v@example.edu"
OF_AMBASSADOR = ("vellichor", "orjan.v", "ørjan", "bryophyte", "velli-meet")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass
class Everywhere:
    """Both people, and a colleague at the desk; all was done by `now`."""

    prospect: Prospect
    student: User
    kim: User
    now: datetime
    ahead: Chat
    past: Chat


def make_everywhere(session: Session, now: datetime) -> Everywhere:
    """Both of them in all that there is, three days ago and since; `now` is a Monday."""
    kim = make_user(session, name="Kim Doe")
    student = make_ambassador(
        session, STUDENT, bio="I study bryophyte robots.", daily_cap=9,
        meeting_url="https://velli-meet.example.edu/x",
    )  # fmt: skip
    write(session, lambda s: setattr(s.get(User, student.user_id), "email", STUDENT_EMAIL))
    other = make_ambassador(session, "Bo Li", daily_cap=9, languages=["en"])
    them = {"name": NAME, "email": EMAIL, "zone": "Atlantic/Reykjavik", "question": ASKED}
    before = now - 6 * DAY
    past = make_chat(session, student, now - 3 * DAY, before, **them)
    after_the_chat(session, past, student.user_id, kim.id, now)
    ahead = make_chat(session, student, now + 2 * DAY, now, **them)
    on_the_way(session, ahead, kim.id, now)
    given = make_chat(session, student, now + 3 * DAY, now, **them)
    reason = "Plumbago allergy, says Vellichor."
    write(session, lambda s: handoffs.start(s, given.uid, now, reason))
    hold_mistyped(session, other, now, them)
    wait_and_be_matched(session, now)
    at_the_desk(session, student.id, ahead, kim.id, now)
    prospect = session.scalars(select(Prospect).where(Prospect.email == EMAIL)).one()
    return Everywhere(prospect, student.user, kim, now, ahead, past)


def after_the_chat(session: Session, past: Chat, student: int, kim: int, now: datetime) -> None:
    """Marked, answered, noted, reported by both and closed."""
    mine = Actor("ambassador", student)
    write(session, lambda s: booking.finish(s, past.uid, "completed", mine, now))
    said = Said("talked", 4, "Plumbago, still.")
    write(session, lambda s: feedback.answer(s, past.uid, said, now))
    write(session, lambda s: follow_ups.ask_for(s, past, True, now))
    write(session, lambda s: chat_notes.write_note(s, past, "Quillfeather is keen.", student, now))
    for side in ("prospect", "ambassador"):
        words = f"{side}: Quillfeather and Vellichor quarrelled."
        write(session, lambda s, side=side, words=words: concerns.report(s, past, side, words, now))
    for one in concerns.of_chat(session, past):
        note = "Wrote to Zephyrine Quillfeather."
        write(session, lambda s, one=one, note=note: concerns.close(s, one.id, note, kim, now))


def on_the_way(session: Session, ahead: Chat, kim: int, now: datetime) -> None:
    """Moved with a reason, answered by calendar and in words, a mail that came back."""
    reason = "Quillfeather’s flight; Vellichor agreed."
    move_to, desk_acts = ahead.starts_at + HOUR, Actor("coordinator", kim)
    write(session, lambda s: booking.move(s, ahead.uid, move_to, desk_acts, now, reason))
    chat = session.get_one(Chat, ahead.id, populate_existing=True)
    start = chat.starts_at + DAY
    write(session, lambda s: make_offer(s, chat, "prospect", start, now, "prospect", "Plumbago?"))

    def work(session: Session) -> None:
        answered = {"answer": "ACCEPTED", "sequence": 1, "stamp": now, "at": now}
        mine = f"ambassador:{ahead.ambassador_id}"
        for recipient, comment in (("prospect", "Plumbago!"), (mine, "Vellichor here.")):
            session.add(
                Participation(chat_id=ahead.id, recipient=recipient, comment=comment, **answered)
            )
        for key, sender, chat_id in (
            ("maildir:1", EMAIL, ahead.id),
            ("maildir:2", EMAIL.upper(), None),
            ("maildir:3", STUDENT_EMAIL, ahead.id),
            ("maildir:4", STUDENT_EMAIL, None),
        ):
            session.add(
                InboxMessage(
                    key=key, arrived_at=now, kind="words", sender=sender, chat_id=chat_id,
                    subject=f"Re: {sender}", facts={"comment": f"says {sender}"},
                    outcome="held", sentence=f"{sender} answered in words.",
                )
            )  # fmt: skip
        back = select(Notice).where(Notice.chat_id == ahead.id).limit(1)
        row = session.scalars(back).one()
        row.returned_at, row.returned_words = now, f"<{EMAIL}>: mailbox full"

    write(session, work)


def hold_mistyped(session: Session, other: Ambassador, now: datetime, them: dict[str, str]) -> None:
    """Booked with a key, at an address with a slip, which was put right."""
    wish = order(other, now + 4 * DAY, **{**them, "email": MISTYPED}, held_from="a network")
    answer = write(
        session,
        lambda s: answer_once(
            s, "a key", {"email": MISTYPED}, now,
            lambda s: booking.hold(s, wish, now, verify=True),
            lambda chat: {"name": NAME, "id": chat.uid},
        ),
    )  # fmt: skip
    write(session, lambda s: booking.correct_email(s, answer.chat.uid, EMAIL, now))


def wait_and_be_matched(session: Session, now: datetime) -> None:
    """Asked to be matched, given by a plan; somebody else beside them."""
    for name, email in ((NAME, EMAIL), ("Wei Chen", "wei@example.org")):
        wish = Ask(name, email, "Atlantic/Reykjavik", ["track/thesis"], question=ASKED)
        if name != NAME:
            wish = Ask(name, email, "Asia/Shanghai", ["track/thesis"])
        write(session, lambda s, wish=wish: waiting.ask(s, wish, now))
    plan = write(session, lambda s: assignment.start(s, now))
    assignment.run_queued(session, assignment.Runner("test", now))
    write(session, lambda s: assignment.accept(s, plan.id, now))


def at_the_desk(session: Session, student: int, ahead: Chat, kim: int, now: datetime) -> None:
    """Searched for, changed with many, written of; a file on its way in; calendars, time off."""
    write(session, lambda s: saved_filters.save(s, "chats", "Flights", f"q={EMAIL}", kim, now))
    write(
        session, lambda s: saved_filters.save(s, "mail", "Z", "q=Zephyrine+Quillfeather", kim, now)
    )
    write(session, lambda s: saved_filters.save(s, "chats", STUDENT, "q=x", kim, now))
    asked = bulk.Asked("remind", reason=f"For {NAME} and {STUDENT}.")
    write(session, lambda s: bulk.start(s, asked, {ahead.uid: 2}, kim, now))
    write(session, lambda s: desk.note(s, student, "looked", kim, now, f"Asked about {NAME}."))
    write(session, lambda s: blocks.block(s, "x@example.org", f"Posed as {NAME}.", kim, now))
    day, acts = (now + 60 * DAY).date(), Actor("coordinator", kim)
    write(
        session, lambda s: absence.go_away(s, student, day, day + DAY, "Vellichor rests", acts, now)
    )
    owner = session.get_one(Ambassador, student)
    calendar = add(session, owner, "https://velli-meet.example.org/a.ics", now)
    spans = BusySpans(source_id=calendar, spans="[[1, 2]]")
    write(session, lambda s: s.merge(spans))
    csv = f"name,email,time_zone\n{STUDENT},{STUDENT_EMAIL},UTC\n".encode()
    write(
        session, lambda s: importing.keep(s, csv, Imported(0, 1), "velli-meet.csv", False, kim, now)
    )
