"""A school with a real OpenID Connect provider on loopback, and a browser that signs in there."""

import dataclasses
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from urllib3 import PoolManager
from urllib3.exceptions import HTTPError

from ambassadors import create_app
from ambassadors.web.school import UNDER_WAY
from config import School, Settings
from tests.pages import CheckingClient
from tests.postgres import free_port

BACK = "http://localhost/sign-in/school/back"
ROLES = (("aim-staff", "coordinator"), ("aim-readers", "admissions"), ("aim-talks", "ambassador"))
HTTP = PoolManager(retries=False)


@dataclass(frozen=True)
class Provider:
    """A provider that runs, and what it calls us."""

    issuer: str
    client: str
    secret: str

    def knows(self, subject: str, email: str = "", verified: object = True, **claims: Any) -> None:
        """Tells it of somebody, or something else of them."""
        said = {"email": email or f"{subject}@example.edu", "email_verified": verified}
        body = {**said, "name": subject.title(), **claims}
        answer = HTTP.request("PUT", f"{self.issuer}/users/{subject}", json=body)
        assert answer.status == 204

    def app(self, settings: Settings, claim: str = "", **changes: Any) -> Flask:
        """The service of that school; `changes` are of what it knows of the provider."""
        made = School(self.issuer, self.client, self.secret, claim, ROLES if claim else ())
        made = dataclasses.replace(made, **changes)
        app = create_app(dataclasses.replace(settings, school=made))
        app.testing = True
        app.test_client_class = CheckingClient
        return app


@contextmanager
def school() -> Iterator[Provider]:
    """A provider in a process of its own, where we are registered."""
    issuer = f"http://localhost:{(port := free_port())}"
    command = [sys.executable, "-m", "oidc_provider_mock", "-p", str(port), "-r", "-n"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        given = register(issuer, time.monotonic() + 60)
        yield Provider(issuer, given["client_id"], given["client_secret"])
    finally:
        process.terminate()
        process.wait(10)


def register(issuer: str, until: float) -> dict[str, str]:
    """What the provider calls us, as soon as it answers."""
    body = {"redirect_uris": [BACK]}
    while True:
        try:
            answer = HTTP.request("POST", f"{issuer}/oauth2/clients", json=body)
        except HTTPError:
            assert time.monotonic() < until, "the provider does not start"
            time.sleep(0.1)
        else:
            found: dict[str, str] = json.loads(answer.data)
            return found


def consent(address: str, subject: str) -> str:
    """What somebody does at the provider's page; the path they are sent back to, with its query."""
    answer = HTTP.request_encode_body(
        "POST", address, fields={"sub": subject}, encode_multipart=False, redirect=False
    )
    assert answer.status == 302, answer.data
    return answer.headers["Location"].removeprefix("http://localhost")


def come(client: FlaskClient, subject: str, onward: str = "") -> Any:
    """Signs in through the school; the answer of our own last step."""
    left = client.get("/sign-in/school", query_string={"next": onward} if onward else {})
    return client.get(consent(left.headers["Location"], subject))


def under_way(client: FlaskClient) -> dict[str, Any]:
    """What the browser keeps while it is away."""
    with client.session_transaction() as session:
        return dict(session.get(UNDER_WAY, {}))
