"""Pages, answers and mails in the reader's language."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.notices import Kind
from ambassadors.mail.compose import Mail
from ambassadors.models import Chat, Notice, User, WaitingRequest
from ambassadors.services.letters import write_letter
from ambassadors.services.service import post_of
from ambassadors.web.assets import STATIC
from ambassadors.web.speaking import negotiate
from config import Settings
from tests.factories import make_ambassador, make_user
from tests.web.browser import Page, forget, open_page, send
from tests.web.staff import sign_in
from tests.web.test_prospect_booking import WHO, confirm, only_chat

OFFERED = ("en", "es", "zh_Hans", "hi")
SPANISH = {"Accept-Language": "es-MX, en;q=0.5"}
MATCHES = "/matches?interest=track/thesis&zone=Asia/Kolkata"


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("", "en"),
        ("es-MX, en;q=0.5", "es"),
        ("de, fr;q=0.9", "en"),
        ("de, hi;q=0.4, es;q=0.2", "hi"),
        ("zh-CN", "zh_Hans"),
        ("zh-Hant-TW, en;q=0.1", "zh_Hans"),
        ("en-GB, es;q=0.9", "en"),
        ("es;q=0, hi", "hi"),
        ("*;q=0.5, ;;,=x", "en"),
    ],
)
def test_the_browser_asks_for_a_language(header: str, locale: str):
    assert negotiate(header, OFFERED) == locale


def lang_of(page: Page) -> tuple[str, str]:
    """What a page says it is written in, in its HTML and its headers."""
    found = re.search(r'<html lang="([^"]+)" dir="ltr">', page.html)
    return (found[1] if found else "", page.headers["Content-Language"])


def choose(client: FlaskClient, page: Page, locale: str) -> Page:
    """Presses a language in the foot of a page."""
    return send(client, page, page.menus[0], locale=locale)


def test_a_page_is_in_the_browsers_language_until_another_is_chosen(
    client: FlaskClient, session: Session
):
    make_ambassador(session, "Maya Okafor")
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "es-MX"
    page = open_page(client, "/")
    assert lang_of(page) == ("es", "es")
    assert "¿Qué le interesa?" in page.text
    assert {"Accept-Language", "Cookie"} <= set(page.headers["Vary"].split(", "))
    assert client.get_cookie("language") is None
    choose(client, page, "zh_Hans")
    page = open_page(client, "/")
    assert lang_of(page) == ("zh-Hans", "zh-Hans")
    assert "您对什么感兴趣？" in page.text
    assert client.get_cookie("session") is None


def test_a_choice_leads_back_to_the_page_it_was_made_on_and_nowhere_else(client: FlaskClient):
    def chosen(**sent: str) -> str:
        forget()
        headers = {"Referer": sent.pop("referer")} if "referer" in sent else {}
        return client.post("/language", data={"locale": "hi", **sent}, headers=headers).location

    assert [
        chosen(referer=f"http://localhost{MATCHES}"),
        chosen(referer="https://evil.example/matches"),
        chosen(referer="http://localhost//evil.example"),
        chosen(next="/chats/x/code"),
        chosen(next="https://evil.example/"),
        chosen(next="//evil.example/"),
        chosen(referer=f"http://localhost{MATCHES}&lang=es"),
        chosen(),
    ] == [MATCHES, "/", "/", "/chats/x/code", "/", "/", MATCHES, "/"]
    kept = client.get_cookie("language")
    assert kept is not None
    assert (kept.value, kept.http_only, kept.same_site, kept.path) == ("hi", True, "Lax", "/")


def test_a_language_that_is_not_offered_is_refused_and_one_that_was_is_not_believed(
    client: FlaskClient,
):
    assert client.post("/language", data={"locale": "tlh"}).status_code == 422
    client.set_cookie("language", "tlh")
    assert lang_of(open_page(client, "/")) == ("en", "en")


def test_pages_kept_in_memory_are_kept_by_language(client: FlaskClient, session: Session):
    make_ambassador(session, "Maya Okafor")
    first = {}
    for tag in ("en", "es", "hi", "en", "es", "hi"):
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = tag
        page = open_page(client, MATCHES)
        assert lang_of(page) == (tag, tag)
        assert first.setdefault(tag, page.text) == page.text
    assert "Cursa la opción con tesis" in first["es"]
    assert "थीसिस विकल्प कर रहे हैं" in first["hi"]
    assert len(set(first.values())) == 3


def test_programs_are_answered_in_the_language_they_accept(client: FlaskClient, session: Session):
    make_ambassador(session, "Maya Okafor")
    client.set_cookie("language", "hi")
    wish = {"interests": ["track/thesis"], "time_zone": "Asia/Kolkata"}

    def ask(body: object, **headers: str) -> tuple[str, object]:
        forget()
        answer = client.post("/api/v1/matches", json=body, headers=headers)
        said = answer.get_json()
        text = said["matches"][0]["reasons"][0]["text"] if "matches" in said else said["detail"]
        return answer.headers["Content-Language"], text

    unknown = wish | {"interests": ["track/dance"]}
    assert ask(wish) == ("en", "Is taking the thesis option")
    assert ask(wish, **SPANISH) == ("es", "Cursa la opción con tesis")
    assert ask(unknown) == ("en", "“track/dance” is not an interest of this programme.")
    assert ask(unknown, **SPANISH) == ("es", "«track/dance» no es un interés de este programa.")


def write(session: Session, settings: Settings, kind: Kind, recipient: str) -> Mail:
    """The mail of a notice, as the scheduler would send it now."""
    rows = select(Notice).where(Notice.kind == kind.value, Notice.recipient == recipient)
    notice = session.scalars(rows.order_by(Notice.id.desc())).first()
    assert notice is not None
    mail = write_letter(session, notice, post_of(session, settings), datetime.now(UTC))
    assert mail is not None
    return mail


def test_mails_and_invitations_are_in_the_language_the_chat_was_booked_in(
    client: FlaskClient, session: Session, settings: Settings
):
    make_ambassador(session, "Maya Okafor")
    client.set_cookie("language", "es")
    page = open_page(client, "/ambassadors/1?interest=track/thesis&zone=Asia/Kolkata")
    form = page.form("/book")
    page = send(client, page, form, start=form.choices["start"][0])
    page = send(client, page, page.form("/book"), **WHO)
    assert (only_chat(session).locale, "Introduzca el código de su correo" in page.text) == (
        "es",
        True,
    )
    code = write(session, settings, Kind.CODE, "prospect")
    assert code.subject == "Su código para la conversación con Maya Okafor"
    assert len(re.findall(r"(?<!\d)\d{6}(?!\d)", code.text)) == 1
    client.set_cookie("language", "en")
    confirm(client, session, page)
    mine = write(session, settings, Kind.INVITATION, "prospect")
    theirs = write(session, settings, Kind.INVITATION, "ambassador:1")
    summaries = [
        re.search(rb"SUMMARY:(.*)\r\n", one.calendar or b"", re.MULTILINE) for one in (mine, theirs)
    ]
    assert [one and one[1].decode() for one in summaries] == [
        "Conversación con Maya Okafor (representante estudiantil)",
        "Chat with Priya Raman (prospective student)",
    ]
    assert "Su conversación con Maya Okafor está reservada." in mine.text
    assert '<html lang="es">' in mine.html
    assert "Priya Raman has booked a chat with you." in theirs.text


def test_a_request_is_answered_in_its_language(
    client: FlaskClient, session: Session, settings: Settings
):
    make_ambassador(session, "Maya Okafor")
    client.set_cookie("language", "hi")
    page = open_page(client, "/request?interest=track/thesis&zone=Asia/Kolkata")
    page = send(client, page, page.form("/request", "POST"), **WHO)
    assert "आपका अनुरोध मिल गया है" in page.text
    session.rollback()
    assert session.scalars(select(WaitingRequest.locale)).one() == "hi"
    mail = write(session, settings, Kind.REQUEST_RECEIVED, "prospect")
    assert mail.subject == "हम आपके लिए एक स्टूडेंट एंबेसडर ढूँढेंगे"


def test_staff_read_english_until_they_choose(client: FlaskClient, session: Session):
    user = make_user(session, name="Kim Doe")
    sign_in(client, user)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "es"
    page = open_page(client, "/")
    assert lang_of(page) == ("en", "en")
    page = choose(client, open_page(client, "/account"), "es")
    assert (page.url, lang_of(page)) == ("/account", ("es", "es"))
    session.rollback()
    assert session.get_one(User, user.id, populate_existing=True).locale == "es"


def test_a_chat_from_a_program_has_the_language_it_accepts(client: FlaskClient, session: Session):
    ambassador = make_ambassador(session, "Maya Okafor")
    day = datetime.now(UTC) + timedelta(days=3)
    window = {"from": f"{day:%Y-%m-%dT00:00:00Z}", "time_zone": "Asia/Kolkata"}
    slots = client.get(f"/api/v1/ambassadors/{ambassador.id}/slots", query_string=window)
    forget()
    booking = {
        "ambassador": ambassador.id,
        "start": slots.get_json()["slots"][0]["start"],
        "minutes": 30,
        "prospect": {"name": "Li Na", "email": "li@example.org", "time_zone": "Asia/Shanghai"},
        "interests": ["track/thesis"],
    }
    answer = client.post("/api/v1/chats", json=booking, headers={"Accept-Language": "zh-CN"})
    assert (answer.status_code, session.scalars(select(Chat.locale)).one()) == (201, "zh_Hans")


def test_styles_know_no_left_and_right():
    """Pages of a language that is written from right to left need no other styles."""
    physical = re.compile(
        r"(?<![\w-])((margin|padding|border|scroll-margin|scroll-padding)-(left|right)|left|right"
        r"|(min-|max-)?(width|height)(?=:)(?!))\s*:|(text-align|float|clear)\s*:\s*(left|right)"
    )
    found = [
        f"{file.name}: {line.strip()}"
        for file in sorted(STATIC.rglob("*.css"))
        for line in file.read_text("utf-8").splitlines()
        if physical.search(line)
    ]
    assert found == []


def test_the_api_names_interests_in_the_callers_language(client: FlaskClient, session: Session):
    make_ambassador(session)
    answer = client.get("/api/v1/interests", headers=SPANISH)
    track = next(one for one in answer.get_json()["families"] if one["key"] == "track")
    thesis = next(one for one in track["items"] if one["key"] == "track/thesis")
    assert answer.headers["Content-Language"] == "es"
    assert (track["label"], thesis["label"]) == ("Modalidad", "Opción con tesis")
