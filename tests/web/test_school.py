"""Signing in through the school, at a real provider."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.models import AccountEvent, Ambassador, Notice, SchoolLink, SignedIn, User
from ambassadors.remote.school import SchoolFault, SchoolSignIn, guard_of
from ambassadors.services import passwords, sessions, staff
from ambassadors.services.auditor import audit
from ambassadors.services.school import NO_MORE, NOBODY
from ambassadors.services.writing import write
from ambassadors.web.school import BROKEN, DOWN, TURNED_AWAY
from config import Misconfigured, School, Settings, read_settings
from tests.factories import make_user
from tests.postgres import free_port
from tests.school import Provider, come, consent, school, under_way
from tests.web.browser import open_page, read, send
from tests.web.staff import PASSWORD

HASH = passwords.hash_password(PASSWORD)


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """A real provider, and everybody whom it knows."""
    with school() as found:
        found.knows("kim")
        found.knows("eve", "kim@example.edu", verified=False)
        found.knows("ivy", "kim@example.edu", verified="true")
        found.knows("mia", "kim@example.edu")
        found.knows("boss", groups=["others", "aim-staff"])
        found.knows("reader", groups="aim-readers")
        found.knows("talker", groups=["aim-talks"])
        found.knows("guest", groups=["others"])
        found.knows("forged", "forged@example.edu", verified=False, groups=["aim-staff"])
        yield found


def running(app: Flask) -> Iterator[Flask]:
    with app.app_context():
        yield app
        db.session.remove()
        found = audit(db.session())
        db.session.remove()
        db.engine.dispose()
        assert found == {}


@pytest.fixture
def app(settings: Settings, provider: Provider) -> Iterator[Flask]:
    """The service, with roles by claim."""
    yield from running(provider.app(settings, "groups"))


@pytest.fixture
def kim(session: Session) -> User:
    """A coordinator who was invited and has no password yet."""
    return make_user(session, name="Kim Doe", email="kim@example.edu")


def events(session: Session) -> list[str]:
    return list(session.scalars(select(AccountEvent.action).order_by(AccountEvent.id)))


def links(session: Session) -> list[tuple[str, int, bool]]:
    rows = session.scalars(select(SchoolLink).order_by(SchoolLink.id))
    return [(row.subject, row.user_id, row.by_claim) for row in rows]


def test_somebody_invited_is_linked_by_their_verified_address_and_known_again(
    client: FlaskClient, session: Session, kim: User, provider: Provider
) -> None:
    answer = come(client, "kim")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/coordinator")
    assert open_page(client, "/coordinator").url == "/coordinator"
    kim.email = "another@example.edu"  # the subject counts from now on
    session.commit()
    assert come(client.application.test_client(), "kim").status_code == 303
    assert links(session) == [("kim", kim.id, False)]
    assert events(session) == ["linked", "signed-in-school", "signed-in-school"]
    row = session.scalars(select(SignedIn)).first()
    assert row is not None
    assert (row.way, row.expires_at - row.created_at) == ("school", sessions.LASTS["school"])


@pytest.mark.parametrize("subject", ["eve", "ivy"])
def test_an_address_that_is_not_verified_links_nothing(
    client: FlaskClient, session: Session, kim: User, subject: str
) -> None:
    page = read(come(client, subject))
    assert (page.status, NOBODY in page.text, links(session)) == (403, True, [])
    assert open_page(client, "/coordinator").url == "/sign-in"


def test_an_account_is_linked_to_one_subject_only(
    client: FlaskClient, session: Session, kim: User
) -> None:
    come(client, "kim")
    page = read(come(client.application.test_client(), "mia"))
    assert (page.status, links(session)) == (403, [("kim", kim.id, False)])


def test_merely_signing_in_at_the_school_makes_no_account(
    client: FlaskClient, session: Session
) -> None:
    page = read(come(client, "guest"))
    assert (page.status, NOBODY in page.text) == (403, True)
    assert session.scalars(select(User)).all() == []


@pytest.mark.parametrize(
    ("subject", "role", "home"),
    [
        ("boss", "coordinator", "/coordinator"),
        ("reader", "admissions", "/coordinator"),
        ("talker", "ambassador", "/ambassador"),
    ],
)
def test_a_claim_gives_an_account_with_its_role(
    client: FlaskClient, session: Session, subject: str, role: str, home: str
) -> None:
    assert come(client, subject).headers["Location"] == home
    user = session.scalars(select(User)).one()
    assert (user.role, user.name, user.email) == (
        role,
        subject.title(),
        f"{subject}@example.edu",
    )
    assert links(session) == [(subject, user.id, True)]
    waits = [row.pending_since is not None for row in session.scalars(select(Ambassador))]
    assert waits == ([True] if role == "ambassador" else [])


def test_a_claim_with_an_unverified_address_gives_nothing(
    client: FlaskClient, session: Session
) -> None:
    assert come(client, "forged").status_code == 403
    assert session.scalars(select(User)).all() == []


def test_what_a_claim_gave_it_changes_and_takes_away(
    app: Flask, session: Session, provider: Provider
) -> None:
    provider.knows("dean", groups=["aim-staff"])
    assert come(app.test_client(), "dean").status_code == 303
    user = session.scalars(select(User)).one()
    provider.knows("dean", groups=["aim-readers"])
    assert come(app.test_client(), "dean").status_code == 303
    session.refresh(user)
    assert (user.role, events(session)[-2:]) == ("admissions", ["role", "signed-in-school"])
    for groups in ([], ["aim-talks"]):
        provider.knows("dean", groups=groups)
        page = read(come(app.test_client(), "dean"))
        assert (page.status, NO_MORE in page.text) == (403, True)


def test_whom_the_school_rules_gets_no_password_of_ours(
    client: FlaskClient, session: Session
) -> None:
    come(client, "boss")
    user = session.scalars(select(User)).one()
    page = open_page(client.application.test_client(), "/forgotten")
    send(client, page, page.form("/forgotten"), email=user.email)
    assert session.scalars(select(Notice)).all() == []
    with pytest.raises(Refused) as refusal:
        write(session, lambda s: staff.invite_again(s, user.id, datetime.now(UTC)))
    assert refusal.value.status == 409


def test_a_wrong_secret_of_ours_signs_nobody_in(
    settings: Settings, session: Session, kim: User, provider: Provider
) -> None:
    for app in running(provider.app(settings, client_secret="another")):
        page = read(come(app.test_client(), "kim"))
        assert (page.status, BROKEN in page.text, links(db.session())) == (422, True, [])


def test_a_closed_account_stays_closed(client: FlaskClient, session: Session, kim: User) -> None:
    come(client, "kim")
    kim.active = False
    session.commit()
    assert open_page(client, "/coordinator").url == "/sign-in"
    assert come(client, "kim").status_code == 403


def test_one_comes_back_to_where_one_wanted_to_go_and_to_no_other_site(
    client: FlaskClient, kim: User
) -> None:
    wanted = "/coordinator/chats?q=wei"
    assert come(client, "kim", wanted).headers["Location"] == wanted
    for bad in ("//example.org", "https://example.org/", "/\\example.org"):
        assert come(client.application.test_client(), "kim", bad).headers["Location"] == (
            "/coordinator"
        )


def test_the_way_there_has_state_nonce_and_a_challenge_and_names_no_secret(
    client: FlaskClient, provider: Provider
) -> None:
    address = client.get("/sign-in/school").headers["Location"]
    given = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    [(state, (nonce, verifier, _))] = under_way(client).items()
    assert address.startswith(f"{provider.issuer}/oauth2/authorize?")
    assert given == {
        "response_type": "code",
        "client_id": provider.client,
        "redirect_uri": "http://localhost/sign-in/school/back",
        "scope": "openid email profile",
        "state": state,
        "nonce": nonce,
        "code_challenge": create_s256_code_challenge(verifier),
        "code_challenge_method": "S256",
    }


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(
    client: FlaskClient, session: Session, kim: User
) -> None:
    left = client.get("/sign-in/school").headers["Location"]
    back = consent(left, "kim")
    thief = client.application.test_client()
    pages = [read(browser.get(back)) for browser in (thief, client, client)]
    assert [page.status for page in pages] == [422, 303, 422]
    assert BROKEN in pages[0].text
    assert len(session.scalars(select(SignedIn)).all()) == 1


def test_a_code_with_the_nonce_of_another_sign_in_is_refused(
    client: FlaskClient, session: Session, kim: User
) -> None:
    back = consent(client.get("/sign-in/school").headers["Location"], "kim")
    with client.session_transaction() as kept:
        kept["school"] = {
            state: ("another", verifier, onward)
            for state, (_, verifier, onward) in kept["school"].items()
        }
    page = read(client.get(back))
    assert (page.status, BROKEN in page.text) == (422, True)
    assert session.scalars(select(SignedIn)).all() == []


def test_several_tabs_may_sign_in_and_not_too_many(client: FlaskClient) -> None:
    for _ in range(5):
        client.get("/sign-in/school")
    assert len(under_way(client)) == 3


def test_whom_the_school_turns_away_is_told(client: FlaskClient) -> None:
    client.get("/sign-in/school")
    [state] = under_way(client)
    page = read(client.get(f"/sign-in/school/back?error=access_denied&state={state}"))
    assert (page.status, TURNED_AWAY in page.text) == (403, True)


def test_signing_out_ends_this_session_and_tells_of_the_one_at_the_school(
    client: FlaskClient, session: Session, kim: User, provider: Provider
) -> None:
    come(client, "kim")
    page = open_page(client, "/coordinator")
    page = send(client, page, page.form("/sign-out"))
    assert (page.url, session.scalars(select(SignedIn)).all()) == ("/signed-out", [])
    assert page.link("Sign out at the school").startswith(
        f"{provider.issuer}/oauth2/end_session?client_id="
    )
    assert open_page(client, "/coordinator").url == "/sign-in"


def test_the_page_offers_both_ways(client: FlaskClient) -> None:
    page = open_page(client, "/sign-in?next=/coordinator/chats")
    assert page.link("Sign in through the school") == "/sign-in/school?next=/coordinator/chats"
    assert [form.action for form in page.forms] == ["/sign-in"]


def test_while_the_provider_is_down_the_password_works(
    settings: Settings, provider: Provider
) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    for app in running(provider.app(settings, issuer=nobody)):
        client, session = app.test_client(), db.session()
        make_user(session, email="kim@example.edu", password_hash=HASH)
        page = read(client.get("/sign-in/school?next=/coordinator/chats"))
        assert (page.status, DOWN in page.text) == (503, True)
        page = send(client, page, page.form("/sign-in"), email="kim@example.edu", password=PASSWORD)
        assert (page.status, page.url) == (200, "/coordinator/chats")


def token(claims: dict[str, Any], key: RSAKey, algorithm: str = "RS256") -> str:
    return jwt.encode({"alg": algorithm, "kid": key.kid}, claims, key, algorithms=[algorithm])


CLIENT = "ambassadors"
GOOD = {"sub": "kim", "aud": CLIENT, "nonce": "n", "email": "kim@example.edu"}


@pytest.mark.parametrize(
    ("changes", "holds"),
    [
        ({}, True),
        ({"iss": "http://localhost:1"}, False),
        ({"aud": "another"}, False),
        ({"aud": [CLIENT, "another"]}, False),  # of two, it must say for whom: azp
        ({"aud": [CLIENT, "another"], "azp": CLIENT}, True),
        ({"azp": "another"}, False),
        ({"exp": -90}, False),
        ({"exp": -30}, True),  # clocks differ
        ({"iat": 3600}, False),
        ({"nonce": "another"}, False),
        ({"nonce": None}, False),
        ({"sub": None}, False),
        ({"exp": None}, False),
        ({"aud": None}, False),
        ({"iss": None}, False),
        ({"at_hash": "wrong"}, False),
    ],
)
def test_an_id_token_must_hold_in_every_point(
    provider: Provider, changes: dict[str, Any], holds: bool
) -> None:
    """Signed with a key that the provider is taken to have: only the claims are at fault."""
    key, issuer = RSAKey.generate_key(2048, auto_kid=True), provider.issuer
    sign_in = SchoolSignIn(School(issuer, CLIENT, "s"), guard_of(production=False))
    sign_in.kept[f"{issuer}/jwks"] = (float("inf"), {"keys": [key.as_dict(private=False)]})
    now = datetime.now(UTC)
    times = {"iat": 0, "exp": 600} | {k: v for k, v in changes.items() if k in ("iat", "exp")}
    claims = {"iss": issuer, **GOOD, **changes} | {
        name: int(now.timestamp()) + value for name, value in times.items() if value is not None
    }
    claims = {name: value for name, value in claims.items() if value is not None}
    text = {"id_token": token(claims, key), "access_token": "a"}
    assert verified(sign_in, text, now) == holds


def verified(sign_in: SchoolSignIn, tokens: dict[str, str], now: datetime) -> bool:
    try:
        return bool(sign_in.verify(tokens, "n", now))
    except SchoolFault:
        return False


def test_a_token_signed_by_another_or_by_nobody_is_refused(provider: Provider) -> None:
    issuer = provider.issuer
    sign_in = SchoolSignIn(School(issuer, CLIENT, "s"), guard_of(production=False))
    now, stranger = datetime.now(UTC), RSAKey.generate_key(2048, auto_kid=True)
    times = {"iat": int(now.timestamp()), "exp": int(now.timestamp()) + 600}
    claims = {"iss": issuer, **GOOD, **times}
    part = lambda value: (  # noqa: E731
        base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
    )
    unsigned = f"{part({'alg': 'none'})}.{part(claims)}."
    by_public_key = f"{part({'alg': 'HS256'})}.{part(claims)}.{part('x')}"
    tokens = [token(claims, stranger), unsigned, by_public_key, "", "a.b.c"]
    assert [verified(sign_in, {"id_token": one}, now) for one in tokens] == [False] * 5


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"OIDC_CLIENT_SECRET": ""}, "belong together"),
        ({"OIDC_ISSUER": "http://id.example.edu", "APP_ENV": "production"}, "https://"),
        ({"OIDC_ISSUER": "https://id.example.edu/?x=1"}, "https://"),
        ({"OIDC_ISSUER": "id.example.edu"}, "https://"),
        ({"OIDC_ROLE_CLAIM": "groups"}, "OIDC_ROLES"),
        ({"OIDC_ROLES": "a=owner", "OIDC_ROLE_CLAIM": "groups"}, "coordinator"),
    ],
)
def test_settings_that_do_not_fit_are_refused(
    tmp_path: Any, changes: dict[str, str], word: str
) -> None:
    env = {
        "OIDC_ISSUER": "https://id.example.edu",
        "OIDC_CLIENT_ID": "a",
        "OIDC_CLIENT_SECRET": "s",
        "SECRET_KEY": "a secret of the tests, long enough",
        "BASE_URL": "https://chats.example.edu",
        "MAIL_URL": "smtp://localhost",
    }
    with pytest.raises(Misconfigured, match=word):
        read_settings(env | changes, instance=tmp_path)
    assert read_settings(env, instance=tmp_path).school == School(
        "https://id.example.edu", "a", "s"
    )
