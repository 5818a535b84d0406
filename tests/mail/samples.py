"""A chat, its people and every mail about it, for the tests of this folder."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ambassadors.core.notices import Kind
from ambassadors.mail import compose
from ambassadors.mail.compose import (
    ChatFacts,
    Mail,
    Newcomer,
    OtherTime,
    Person,
    Service,
    StaleCalendar,
)

START = datetime(2026, 12, 9, 22, 0, tzinfo=UTC)
SENT = datetime(2026, 12, 1, 9, 30, 5, tzinfo=UTC)
OTHER_URL = "http://127.0.0.1:8000/book?ambassador=2&start=2026-12-09T23:00:00Z&minutes=30"
MESSAGE_ID = "<chat-5f1c.3.update.prospect@example.edu>"

SERVICE = Service(
    name="AIM student ambassadors",
    programme="MS in Advanced and Intelligent Manufacturing",
    address="chats@example.edu",
    base_url="http://127.0.0.1:8000",
)
RAVI = Person("Ravi Kumar", "ravi@example.org", "Asia/Kolkata")
ANA = Person("Ana Lima", "ana@example.edu", "America/New_York")
BO = Person("Bo Chen", "bo@example.edu", "Asia/Shanghai")
CY = Person("Cy Fox", "cy@example.edu", "America/New_York")

CHAT = ChatFacts(
    uid="5f1c7d0e-8a55-4f0e-9d0c-1f3b0f0f9a11",
    sequence=3,
    status="confirmed",
    start=START,
    end=START + timedelta(minutes=30),
    prospect=RAVI,
    ambassador=ANA,
    question="How much lab time is there?\nAnd who pays for the co-op?",
    place="https://meet.example.edu/ana",
    interests=("Thesis", "Robotics"),
    manage_url="http://127.0.0.1:8000/c/secret-of-ravi",
    staff_url="http://127.0.0.1:8000/ambassador/chats/5f1c",
    feedback_url="http://127.0.0.1:8000/feedback/secret-of-ravi",
    ask_url="http://127.0.0.1:8000/matches",
    reason="My exam moved.",
    changed_by="prospect",
    previous_start=START - timedelta(days=1),
    previous_ambassador=None,
    hold_expires_at=START - timedelta(days=3),
    code="482913",
    stamp=SENT,
    drop_out_url="http://127.0.0.1:8000/cannot/secret-of-ana",
)
TAKEN_OVER = replace(
    CHAT, previous_ambassador=BO, previous_start=None, changed_by="coordinator", reason="Bo is ill."
)


def every_mail(
    chat: ChatFacts = CHAT, taken_over: ChatFacts = TAKEN_OVER, service: Service = SERVICE
) -> dict[str, Mail]:
    """One of each kind, for each of its readers."""
    day, hour = timedelta(days=7), timedelta(hours=1)
    to, mid = chat.prospect, MESSAGE_ID
    choice = compose.Choice(chat.start, "http://127.0.0.1:8000/offers/secret-of-offer")
    return {
        "code": compose.code(chat, service, mid),
        "invitation, prospect": compose.invitation(chat, "prospect", service, mid),
        "invitation, ambassador": compose.invitation(chat, "ambassador", service, mid),
        "update, prospect": compose.update(chat, "prospect", service, mid),
        "update, ambassador": compose.update(chat, "ambassador", service, mid),
        "taken over, prospect": compose.update(taken_over, "prospect", service, mid),
        "taken over, ambassador": compose.invitation(taken_over, "ambassador", service, mid),
        "cancellation, prospect": compose.cancellation(chat, "prospect", service, mid),
        "cancellation, ambassador": compose.cancellation(chat, "ambassador", service, mid),
        "cancellation, replaced": compose.cancellation(taken_over, "replaced", service, mid),
        "reminder a day before": compose.reminder(
            chat, "prospect", Kind.REMINDER_DAY, service, mid
        ),
        "reminder an hour before": compose.reminder(
            chat, "ambassador", Kind.REMINDER_HOUR, service, mid
        ),
        "thanks": compose.thanks(chat, service, mid),
        "proposal": compose.proposal(chat, "ambassador", choice, "After my exam?", service, mid),
        "counter declined": compose.counter_declined(
            chat, "prospect", chat.start + hour, [choice], service, mid
        ),
        "confirm cancel": compose.confirm_cancel(
            chat, f"{chat.manage_url}?to=cancel", service, mid
        ),
        "account": compose.account_invitation(
            chat.ambassador, "ambassador", "http://127.0.0.1:8000/invitation/x", day, service, mid
        ),
        "password": compose.password_reset(
            chat.ambassador, "http://127.0.0.1:8000/reset/x", hour, service, mid
        ),
        "profile approved": compose.profile_approved(
            chat.ambassador, (), "http://127.0.0.1:8000/ambassador", service, mid
        ),
        "profile approved, not all there": compose.profile_approved(
            chat.ambassador, ("hours", "place"), "http://127.0.0.1:8000/ambassador", service, mid
        ),
        "calendar stale": compose.calendar_stale(
            chat.ambassador,
            StaleCalendar("Work", "calendar.example.edu is too busy to answer.", SENT),
            "http://127.0.0.1:8000/ambassador/calendars",
            service,
            mid,
        ),
        "cancellation, nobody else": compose.cancellation(
            chat, "prospect", service, mid, True, [OtherTime("Bo Chen", START, OTHER_URL)]
        ),
        "hand-off, asked": compose.hand_off_asked(
            chat, CY, "http://127.0.0.1:8000/take-over/secret-of-cy", START, service, mid
        ),
        "hand-off, started": compose.hand_off_started(chat, service, mid),
        "hand-off, over": compose.hand_off_over(chat, service, mid),
        "calendar clash": compose.calendar_clash(chat, service, mid),
        "request received": compose.request_received(to, chat.interests, service, mid),
        "request matched": compose.request_matched(
            to, chat.ambassador.name, chat.interests, "http://127.0.0.1:8000/a/1", service, mid
        ),
        "plan digest": compose.plan_digest(
            chat.ambassador,
            [Newcomer(to.name, to.zone, chat.interests, chat.question)],
            "http://127.0.0.1:8000/ambassador",
            service,
            mid,
        ),
    }
