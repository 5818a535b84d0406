"""The school's sign-in: OpenID Connect, authorization code with PKCE, state and nonce.

Authlib and joserfc judge what comes back; it is fetched through the one guarded way out. The
operator has named the issuer, so addresses inside the school's network are allowed.
"""

import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any
from urllib.parse import urlencode

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ambassadors.remote.exchange import Answer, Request, ask
from ambassadors.remote.guard import Deadline, Guard, Unreachable
from config import School

# Signed with a key of which only the provider has the private half.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
KEPT_SECONDS = 3600  # what the provider says of itself, and its keys
FAULT_SECONDS = 10  # after a failure nobody asks again for so long
KEYS_SECONDS = 60  # unknown keys make us ask for new ones at most so often
LEEWAY = 60  # seconds that clocks may differ
SCOPES = "openid email profile"


class SchoolDown(Exception):
    """The provider does not answer; the text is for the log."""


class SchoolFault(Exception):
    """What the provider, or the browser, brought back is not to be trusted; for the log."""


@dataclass(frozen=True)
class Person:
    """Whom the school vouches for. `values` are what its role claim says."""

    issuer: str
    subject: str
    email: str
    verified: bool
    name: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Begun:
    """A sign-in under way: where the browser goes, and what its cookie keeps until it is back."""

    address: str
    state: str
    nonce: str
    verifier: str = field(repr=False)


def guard_of(production: bool, authority: str | None = None) -> Guard:
    """Https only in production; any port and any address, few bytes, five seconds, no redirects."""
    return Guard(
        allowed=lambda address: True,
        plain=not production,
        ports=None,
        seconds=5,
        most_bytes=300_000,
        redirects=0,
        authority=authority,
    )


class SchoolSignIn:
    """One provider; what it says of itself is kept for an hour by this process."""

    def __init__(self, school: School, guard: Guard) -> None:
        self.school, self.guard = school, guard
        self.lock = threading.Lock()
        self.kept: dict[str, tuple[float, dict[str, Any] | SchoolDown]] = {}

    def metadata(self) -> dict[str, Any]:
        """What the provider says of itself (OpenID Connect Discovery 1.0)."""
        where = self.school.issuer.rstrip("/") + "/.well-known/openid-configuration"
        found = self.keep(where, KEPT_SECONDS)
        if found.get("issuer") != self.school.issuer:
            raise SchoolFault("The provider calls itself by another issuer than OIDC_ISSUER.")
        return found

    def keys(self, seconds: float = KEPT_SECONDS) -> KeySet:
        """Its public keys, at most so many seconds old."""
        try:
            return KeySet.import_key_set(self.keep(self.endpoint("jwks_uri"), seconds))  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError) as fault:
            raise SchoolFault("The provider's keys cannot be read.") from fault

    def endpoint(self, name: str) -> str:
        """One of its addresses; https outside development."""
        address = self.metadata().get(name)
        schemes = ("https://", "http://") if self.guard.plain else ("https://",)
        if not isinstance(address, str) or not address.startswith(schemes):
            raise SchoolFault(f"The provider names no proper {name}.")
        return address

    def keep(self, address: str, seconds: float) -> dict[str, Any]:
        """The JSON of an address, asked for when what is kept is older; one asks at a time."""
        with self.lock:
            at, value = self.kept.get(address, (float("-inf"), SchoolDown()))
            age = monotonic() - at
            if age >= (FAULT_SECONDS if isinstance(value, SchoolDown) else seconds):
                value = self.look(address)
                self.kept[address] = monotonic(), value
            if isinstance(value, SchoolDown):
                raise SchoolDown(str(value))
            return value

    def look(self, address: str) -> dict[str, Any] | SchoolDown:
        """The JSON of an address, or why there is none."""
        try:
            return read_json(self.ask(address, Request("GET", {"Accept": "application/json"})))
        except (SchoolDown, SchoolFault) as fault:
            return SchoolDown(str(fault))

    def ask(self, address: str, request: Request) -> Answer:
        """One exchange; SchoolDown when there is no answer of use."""
        try:
            answer = ask(address, request, self.guard, Deadline.of(self.guard))
        except Unreachable as fault:
            raise SchoolDown(fault.text) from fault
        if answer.status >= 500 or answer.status == 429:
            raise SchoolDown(f"{answer.place.host} answered {answer.status}.")
        return answer

    def begin(self, callback: str) -> Begun:
        """Where to send a browser, with secrets of its own."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        wanted = {
            "response_type": "code",
            "client_id": self.school.client_id,
            "redirect_uri": callback,
            "scope": SCOPES,
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        where = add_params_to_uri(self.endpoint("authorization_endpoint"), list(wanted.items()))
        return Begun(where, state, nonce, verifier)

    def finish(self, code: str, callback: str, nonce: str, verifier: str, now: datetime) -> Person:
        """Whom the code stands for: exchanged, verified, and asked about where little was said."""
        tokens = self.exchange(code, callback, verifier)
        claims = self.verify(tokens, nonce, now)
        if not claims.get("email") or self.school.role_claim not in ("", *claims):
            more = self.userinfo(str(tokens.get("access_token", "")), claims["sub"])
            if claims.get("email"):
                more.pop("email_verified", None)  # said of the other address
            claims = more | claims
        return person_of(self.school, claims)

    def exchange(self, code: str, callback: str, verifier: str) -> dict[str, Any]:
        """The tokens for a code (RFC 6749 section 4.1.3, RFC 7636)."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": callback,
            "code_verifier": verifier,
        }
        known = self.metadata().get("token_endpoint_auth_methods_supported")
        by_form = isinstance(known, list) and "client_secret_basic" not in known
        method = "client_secret_post" if by_form else "client_secret_basic"
        auth = ClientAuth(self.school.client_id, self.school.client_secret, method)
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        where, headers, body = auth.prepare(
            "POST", self.endpoint("token_endpoint"), headers, urlencode(form)
        )
        answer = self.ask(where, Request("POST", headers, body.encode()))
        if answer.status != 200:
            raise SchoolFault(f"The provider refused the code ({answer.status}).")
        return read_json(answer)

    def verify(self, tokens: Mapping[str, Any], nonce: str, now: datetime) -> dict[str, Any]:
        """The claims of an ID token whose signature, issuer, audience, times and nonce hold."""
        text = str(tokens.get("id_token", ""))
        try:
            try:
                token = jwt.decode(text, self.keys(), algorithms=ALGORITHMS)
            except JoseError:  # the keys may be new ones
                token = jwt.decode(text, self.keys(KEYS_SECONDS), algorithms=ALGORITHMS)
            claims = CodeIDToken(
                token.claims,
                token.header,
                {
                    "iss": {"essential": True, "value": self.school.issuer},
                    "aud": {"essential": True, "value": self.school.client_id},
                    "sub": {"essential": True},
                    "nonce": {"essential": True, "value": nonce},
                },
                {
                    "nonce": nonce,
                    "client_id": self.school.client_id,
                    "access_token": tokens.get("access_token"),
                },
            )
            claims.validate(int(now.timestamp()), LEEWAY)
        except (JoseError, ValueError) as fault:
            raise SchoolFault(f"The ID token does not hold: {type(fault).__name__}.") from fault
        return dict(claims)

    def userinfo(self, access_token: str, subject: str) -> dict[str, Any]:
        """What else the provider says of the same person; nothing when it has no such address."""
        if not self.metadata().get("userinfo_endpoint"):
            return {}
        headers = {"Accept": "application/json", "Authorization": f"Bearer {access_token}"}
        answer = self.ask(self.endpoint("userinfo_endpoint"), Request("GET", headers))
        found = read_json(answer) if answer.status == 200 else {}
        return found if found.get("sub") == subject else {}

    def sign_out_address(self, back: str) -> str | None:
        """Where one ends the session at the school, too; None when that is not known by now."""
        where = self.school.issuer.rstrip("/") + "/.well-known/openid-configuration"
        _, known = self.kept.get(where, (0.0, SchoolDown()))
        address = None if isinstance(known, SchoolDown) else known.get("end_session_endpoint")
        if not isinstance(address, str) or not address.startswith(("https://", "http://")):
            return None
        wanted = [("client_id", self.school.client_id), ("post_logout_redirect_uri", back)]
        return str(add_params_to_uri(address, wanted))


def read_json(answer: Answer) -> dict[str, Any]:
    """An answer's JSON object."""
    try:
        found = json.loads(answer.body)
    except ValueError as fault:
        raise SchoolFault("The provider did not answer in JSON.") from fault
    if answer.status != 200 or not isinstance(found, dict):
        raise SchoolFault(f"The provider did not answer as it should ({answer.status}).")
    return found


def person_of(school: School, claims: Mapping[str, Any]) -> Person:
    """The person whom claims describe."""
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise SchoolFault("The provider's subject is none.")
    return Person(
        school.issuer,
        subject,
        text_of(claims.get("email")),
        claims.get("email_verified") is True,
        text_of(claims.get("name")),
        values_of(claims, school.role_claim) if school.role_claim else (),
    )


def text_of(value: object) -> str:
    """A claim that should be a text."""
    return value if isinstance(value, str) else ""


def values_of(claims: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The values of a claim; a name with dots may lead inside, as `realm_access.roles` does."""
    value: object = claims.get(name)
    if value is None and "." in name:
        value = claims
        for part in name.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
    many = value if isinstance(value, list) else [value]
    return tuple(one for one in many if isinstance(one, str))
