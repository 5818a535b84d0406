"""What coordinators send with nobody chosen comes back, with the sentence beside its field."""

from datetime import datetime

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ambassadors.models import Ambassador
from tests.web.browser import Page, open_page, send
from tests.web.staff import DAY, booked, make_person, press

ROSTER = "/coordinator/ambassadors"


def said_at(page: Page, field: str, sentence: str) -> tuple[int, str, list[str]]:
    """The status, the link of the summary, and what the field and its like are described by."""
    about = [
        given["id"] or ""
        for _, given in page.tags
        if "id" in given and given.get("aria-describedby") == f"{field}-wrong"
    ]
    assert page.text.count(sentence) == 2  # in the summary and beside the field
    assert any(given.get("id") == f"{field}-wrong" for _, given in page.tags)
    return page.status, page.link(sentence), about


def test_nobody_ticked_on_the_roster_is_said_at_the_list_which_stays_filtered(
    session: Session, desk: FlaskClient, ana: Ambassador
) -> None:
    make_person(session, "Bo Li")
    page = open_page(desk, f"{ROSTER}?q=Ana&sort=load")
    page = press(desk, page, f"{ROSTER}/several", act="leave")
    wrong = said_at(page, "people", "Tick somebody first.")
    assert wrong == (422, "#people", ["people", f"who-{ana.id}"])
    names = [text for href, text in page.links if href == f"{ROSTER}/{ana.id}" or "Bo" in text]
    assert (names, dict(page.form(ROSTER).fields)["q"]) == (["Ana Almeida"], "Ana")


def test_a_leavers_chat_with_nobody_chosen_says_so_and_the_other_choices_stay(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    bo, chi = make_person(session, "Bo Li"), make_person(session, "Chi Okafor")
    first, second = (booked(session, ana, today + n * DAY, f"Prospect {n}") for n in (2, 3))
    page = open_page(desk, f"{ROSTER}/leave?who={ana.id}")
    form, chosen = page.form(f"{ROSTER}/leave", "POST"), f"to-{second.uid}"
    kept = next(str(one.id) for one in (bo, chi) if (chosen, str(one.id)) not in form.fields)
    typed = {f"to-{first.uid}": "", chosen: kept, "only": first.uid}
    page = send(desk, page, form, **typed)
    wrong = said_at(page, f"to-{first.uid}", "Choose who takes that chat.")
    assert wrong == (422, f"#to-{first.uid}", [f"to-{first.uid}"])
    again = dict(page.form(f"{ROSTER}/leave", "POST").fields)
    assert (again[f"to-{first.uid}"], again[chosen]) == ("", kept)
    session.expire_all()
    assert ([first.ambassador_id, second.ambassador_id], ana.status) == ([ana.id] * 2, "active")


def test_chats_of_an_absence_with_nobody_chosen_are_said_at_the_list_or_at_the_one(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    make_person(session, "Bo Li")
    chat = booked(session, ana, today + 3 * DAY, "Priya Raman")
    here, field = f"{ROSTER}/{ana.id}/away", f"to-{chat.uid}"
    first, back = (today - DAY).date(), (today + 6 * DAY).date()
    page = press(desk, open_page(desk, here), here, first=first, back=back)
    alone = press(desk, page, f"{here}/hand-over", **{field: "", "only": chat.uid})
    wrong = said_at(alone, field, "Choose who takes that chat.")
    assert wrong == (422, f"#{field}", [field])
    page = press(desk, page, f"{here}/hand-over", **{field: ""})
    wrong = said_at(page, "handings", "Choose who takes the chats.")
    assert wrong == (422, "#handings", ["handings", field])
    session.expire_all()
    assert chat.ambassador_id == ana.id
