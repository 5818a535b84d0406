"""Oversight: the coordinators' lists, their filters, search and paging, in few queries."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor
from ambassadors.core.refused import Refused
from ambassadors.models import Ambassador, Chat, User, WaitingRequest
from ambassadors.services import accounts, assignment, booking, oversight, roster, waiting
from ambassadors.services.oversight import ChatFilter, MailFilter, PersonFilter, RequestFilter
from ambassadors.services.oversight.people import SORTS
from ambassadors.services.paging import PAGE_SIZE, Page, page_of
from ambassadors.services.waiting import Ask
from ambassadors.services.writing import write
from tests.counting import counted
from tests.factories import make_ambassador, make_chat, make_user

DAY = timedelta(days=1)
COORDINATOR = Actor("coordinator")


def names(page: Page[Chat]) -> list[str]:
    return [chat.prospect_name for chat in page.items]


def make_request(session: Session, now: datetime, name: str = "Wei Chen") -> WaitingRequest:
    email = name.split()[0].lower() + "@example.org"
    ask = Ask(name, email, "Asia/Shanghai", ["track/thesis"], question="Is there a lab?")
    return write(session, lambda s: waiting.ask(s, ask, now))


@pytest.fixture
def ana(session: Session) -> Ambassador:
    return make_ambassador(session)


@pytest.fixture
def three(session: Session, ana: Ambassador, now: datetime) -> list[Chat]:
    """Chats of Tuesday, Wednesday and Thursday at ten in Boston."""
    people = ("Priya Raman", "Wei Chen", "Lucas Silva")
    return [
        make_chat(session, ana, now + (n + 1) * DAY, now, name=name, question=f"Question {n}?")
        for n, name in enumerate(people)
    ]


def test_chats_to_come_begin_with_the_next_and_others_with_the_latest(
    session: Session, three: list[Chat], now: datetime
) -> None:
    to_come = oversight.find_chats(session, ChatFilter(when="upcoming"), now)
    assert names(to_come) == ["Priya Raman", "Wei Chen", "Lucas Silva"]
    assert names(oversight.find_chats(session, ChatFilter(), now)) == names(to_come)[::-1]


def test_chats_are_found_by_status_ambassador_period_and_words(
    session: Session, ana: Ambassador, three: list[Chat], now: datetime
) -> None:
    bo = make_ambassador(session, "Bo Li")
    make_chat(session, bo, now + DAY, now, name="Sam O’Neil", email="sam_o@example.org")
    write(session, lambda s: booking.cancel(s, three[0].uid, COORDINATOR, now))
    filters = {
        "cancelled": ChatFilter(status="cancelled"),
        "bo": ChatFilter(ambassador_id=bo.id),
        "one day": ChatFilter(first=date(2027, 3, 3), last=date(2027, 3, 3), zone="UTC"),
        "past": ChatFilter(when="past"),
        "name": ChatFilter(search="LUCAS"),
        "address": ChatFilter(search="sam_o@"),
        "ambassador": ChatFilter(search="bo li"),
        "question": ChatFilter(search="question 1"),
        "percent": ChatFilter(search="%"),
        "underline": ChatFilter(search="a_c"),
    }
    found = {key: names(oversight.find_chats(session, one, now)) for key, one in filters.items()}
    assert found == {
        "cancelled": ["Priya Raman"],
        "bo": ["Sam O’Neil"],
        "one day": ["Wei Chen"],
        "past": [],
        "name": ["Lucas Silva"],
        "address": ["Sam O’Neil"],
        "ambassador": ["Sam O’Neil"],
        "question": ["Wei Chen"],
        "percent": [],
        "underline": [],
    }


def test_days_are_those_of_the_readers_zone(
    session: Session, ana: Ambassador, now: datetime
) -> None:
    make_chat(session, ana, datetime(2027, 3, 2, 21, 0, tzinfo=UTC), now)  # 16:00 in Boston
    second = date(2027, 3, 2)
    found = [
        oversight.find_chats(session, ChatFilter(first=second, last=second, zone=zone), now).total
        for zone in ("America/New_York", "Asia/Kolkata")
    ]
    assert found == [1, 0]


def test_a_date_too_far_away_is_refused(session: Session, now: datetime) -> None:
    with pytest.raises(Refused):
        oversight.find_chats(session, ChatFilter(first=date(9999, 12, 31)), now)


@pytest.mark.parametrize(
    ("number", "shown", "place"), [(1, [1, 2], 1), (3, [5], 5), (9, [5], 5), (-1, [1, 2], 1)]
)
def test_a_page_beyond_the_end_is_the_last(
    session: Session, number: int, shown: list[int], place: int
) -> None:
    users = [make_user(session) for _ in range(5)]
    page = page_of(session, select(User).order_by(User.id), number, 2)
    assert [users.index(row) + 1 for row in page.items] == shown
    assert (page.last, page.total, page.first_place) == (3, 5, place)


def test_a_chats_story_tells_every_change_with_its_people_and_mails(
    session: Session, three: list[Chat], now: datetime
) -> None:
    bo, kim = make_ambassador(session, "Bo Li"), make_user(session, name="Kim Doe")
    ana_id = three[0].ambassador_id
    actor = Actor("coordinator", kim.id)
    uid = three[0].uid
    write(session, lambda s: booking.hand_over(s, uid, bo.id, actor, now, "Ana is ill"))
    story = oversight.tell_story(session, uid)
    assert [(c.action, c.actor, c.reason) for c in story.changes] == [
        ("confirmed", "prospect", ""),
        ("handed-over", "coordinator", "Ana is ill"),
    ]
    assert sorted(story.ambassador_names.values()) == ["Ana Almeida", "Bo Li"]
    assert story.user_names == {kim.id: "Kim Doe"}
    assert {(n.kind, n.recipient) for n in story.notices} >= {
        ("invitation", "prospect"),
        ("update", "prospect"),
        ("invitation", f"ambassador:{bo.id}"),
        ("cancellation", f"ambassador:{ana_id}"),
    }


def test_there_is_no_story_of_no_chat(session: Session) -> None:
    with pytest.raises(Refused) as caught:
        oversight.tell_story(session, "00000000-0000-0000-0000-000000000000")
    assert caught.value.status == 404


def test_the_roster_shows_load_and_what_is_missing(
    session: Session, ana: Ambassador, three: list[Chat], now: datetime
) -> None:
    make_ambassador(session, "Bo Li", hours="", interests=[])
    page = oversight.find_ambassadors(session, PersonFilter(), now)
    figures = [(one.name, one.figures) for one in page.items]
    rows = [(name, f.this_week, f.to_come, f.interests, f.hours) for name, f in figures]
    assert rows == [("Ana Almeida", 3, 3, 3, 5), ("Bo Li", 0, 0, 0, 0)]


@pytest.mark.parametrize("falling", [False, True])
@pytest.mark.parametrize("sort", SORTS)
def test_a_page_of_the_roster_shows_what_the_whole_list_does(
    session: Session, three: list[Chat], now: datetime, sort: str, falling: bool
) -> None:
    """Two pages of people with other loads and hours left: the same order, all of their figures."""
    for number in range(PAGE_SIZE):
        hours = "" if number % 3 == 0 else f"Tue {8 + number % 5:02}:00-17:00"
        make_ambassador(session, f"Person {number:02}", hours=hours, weekly_cap=1 + number % 4)
    wanted = PersonFilter(sort=sort, falling=falling)
    pages = [oversight.find_ambassadors(session, wanted, now, number) for number in (1, 2)]
    everybody = oversight.list_ambassadors(session, wanted, now)
    assert [one for page in pages for one in page.items] == everybody
    assert [len(page.items) for page in pages] == [PAGE_SIZE, len(everybody) - PAGE_SIZE]


def test_the_roster_is_found_by_status_interest_and_words(
    session: Session, ana: Ambassador, now: datetime
) -> None:
    bo = make_ambassador(session, "Bo Li", interests=["topic/additive"])
    write(session, lambda s: roster.deactivate(s, bo.id))
    filters = {
        "active": PersonFilter(status="active"),
        "inactive": PersonFilter(status="inactive"),
        "interest": PersonFilter(interest="topic/additive"),
        "unknown": PersonFilter(interest="topic/none"),
        "name": PersonFilter(search="alm"),
        "address": PersonFilter(search=bo.user.email.upper()),
    }
    found = {
        key: [one.name for one in oversight.find_ambassadors(session, wanted, now).items]
        for key, wanted in filters.items()
    }
    assert found == {
        "active": ["Ana Almeida"],
        "inactive": ["Bo Li"],
        "interest": ["Bo Li"],
        "unknown": [],
        "name": ["Ana Almeida"],
        "address": ["Bo Li"],
    }
    assert [name for _, name in oversight.name_ambassadors(session)] == ["Ana Almeida", "Bo Li"]


def test_requests_that_wait_the_longest_come_first(
    session: Session, ana: Ambassador, now: datetime
) -> None:
    for n, name in enumerate(("Wei Chen", "Lucas Silva")):
        make_request(session, now + n * DAY, name)
    page = oversight.find_requests(session, RequestFilter())
    assert [row.name for row in page.items] == ["Wei Chen", "Lucas Silva"]
    write(session, lambda s: waiting.close(s, page.items[0].id, now))
    assert [row.name for row in oversight.find_requests(session, RequestFilter()).items] == [
        "Lucas Silva"
    ]
    everything = oversight.find_requests(session, RequestFilter(state="", search="wei@"))
    assert [row.state for row in everything.items] == ["closed"]


def test_a_request_shows_who_would_fit_now(
    session: Session, ana: Ambassador, now: datetime
) -> None:
    make_ambassador(session, "Bo Li", interests=["topic/additive"])
    found = assignment.fitting(session, make_request(session, now), now)
    assert [offer.match.profile.name for offer in found.offers] == ["Ana Almeida"]


def test_the_ledger_names_each_mails_reader(
    session: Session, ana: Ambassador, now: datetime
) -> None:
    make_chat(session, ana, now + DAY, now, name="Priya Raman", email="priya@example.org")
    make_request(session, now - DAY)
    kim = make_user(session, name="Kim Doe", email="kim@example.edu")
    write(session, lambda s: accounts.invite(s, kim, now))
    letters = oversight.find_mail(session, MailFilter()).items
    told = {(letter.notice.kind, letter.name, letter.address, letter.role) for letter in letters}
    assert told == {
        ("invitation", "Priya Raman", "priya@example.org", "prospect"),
        ("invitation", "Ana Almeida", ana.user.email, "ambassador"),
        ("reminder-1h", "Priya Raman", "priya@example.org", "prospect"),
        ("reminder-1h", "Ana Almeida", ana.user.email, "ambassador"),
        ("thanks", "Priya Raman", "priya@example.org", "prospect"),
        ("request-received", "Wei Chen", "wei@example.org", "prospect"),
        ("account-invitation", "Kim Doe", "kim@example.edu", "coordinator"),
    }


def test_mails_are_found_by_state_kind_and_reader(
    session: Session, ana: Ambassador, now: datetime
) -> None:
    make_chat(session, ana, now + DAY, now, name="Priya Raman", email="priya@example.org")
    make_request(session, now)
    first = oversight.find_mail(session, MailFilter(kind="invitation")).items[0].notice
    first.state = "failed"
    session.commit()
    filters = {
        "failed": MailFilter(state="failed"),
        "requests": MailFilter(kind="request-received"),
        "prospect": MailFilter(search="wei@example"),
        "ambassador": MailFilter(kind="invitation", search=ana.user.email),
        "nobody": MailFilter(search="nobody"),
    }
    found = {key: oversight.find_mail(session, one).total for key, one in filters.items()}
    assert found == {"failed": 1, "requests": 1, "prospect": 1, "ambassador": 2, "nobody": 0}
    states = oversight.mail_states(session)
    assert (states["failed"], states["sent"], states["void"]) == (1, 0, 0)


def test_a_search_of_mails_has_the_order_of_the_whole_list_and_ends_at_its_last_page(
    session: Session, ana: Ambassador, now: datetime
) -> None:
    for days in (1, 2, 3, 4, 8, 9, 10):  # now is a Monday
        make_chat(session, ana, now + days * DAY, now, name="Priya Raman")
    for letter in oversight.find_mail(session, MailFilter(kind="invitation")).items:
        letter.notice.state = "sent"
    session.commit()

    def pages(wanted: MailFilter) -> list[tuple[int, int, list[int]]]:
        """Page by page, one more than there are: number, total, the mails."""
        found = [oversight.find_mail(session, wanted, number) for number in (1, 2, 3, 9)]
        return [(one.number, one.total, [it.notice.id for it in one.items]) for one in found]

    everything = pages(MailFilter())
    assert pages(MailFilter(search="almeida")) == everything
    assert [number for number, _, _ in everything] == [1, 2, 2, 2]


LISTS = {
    "chats": lambda s, now: oversight.find_chats(s, ChatFilter(search="a"), now),
    "ambassadors": lambda s, now: oversight.find_ambassadors(s, PersonFilter(), now),
    "requests": lambda s, now: oversight.find_requests(s, RequestFilter()),
    "mail": lambda s, now: oversight.find_mail(s, MailFilter()),
}


@pytest.mark.parametrize(
    ("name", "queries"),
    [("chats", 2), ("ambassadors", 12), ("requests", 2), ("mail", 5)],
)
def test_a_list_of_one_row_and_of_three_takes_as_many_queries(
    session: Session, now: datetime, name: str, queries: int
) -> None:
    taken = []
    for rows in (1, 2):
        for n in range(rows):
            person = make_ambassador(session, f"Person {rows}{n}")
            make_chat(session, person, now + DAY, now)
            make_request(session, now, f"Name{rows}{n} Chen")
        LISTS[name](session, now)  # what is kept in memory is read once
        session.expire_all()
        session.rollback()
        with counted() as statements:
            LISTS[name](session, now)
        taken.append(len([one for one in statements if one.startswith("SELECT")]))
    assert taken == [queries, queries]


def test_chats_are_found_by_how_they_came(session: Session, ana: Ambassador, now: datetime) -> None:
    bo = make_ambassador(session, "Bo Li")
    make_chat(session, ana, now + DAY, now, name="On a page", source="web")
    by_api = make_chat(session, ana, now + 2 * DAY, now, name="By the API", source="api")
    write(session, lambda s: booking.hand_over(s, by_api.uid, bo.id, COORDINATOR, now))
    request = make_request(session, now)
    request.state, request.ambassador_id = "matched", ana.id
    session.commit()
    other = {"name": "After a match", "email": "wei@example.org", "source": "web"}
    make_chat(session, ana, now + 3 * DAY, now, **other)
    make_chat(session, bo, now + 4 * DAY, now, **other)  # not with whom they were matched
    found = {
        source: sorted(names(oversight.find_chats(session, ChatFilter(source=source), now)))
        for source in ("web", "api", "match", "handed-over")
    }
    assert found == {
        "web": ["After a match", "After a match", "On a page"],
        "api": ["By the API"],
        "match": ["After a match"],
        "handed-over": ["By the API"],
    }
