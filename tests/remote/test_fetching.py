import logging
import os
import subprocess
import sys
import threading

import pytest

from ambassadors.remote.fetching import Fetched, Guard, Unreachable, fetch
from ambassadors.remote.guard import is_public, is_public_or_here
from tests.mail.servers import odd_server
from tests.remote.servers import (
    CALENDAR,
    HOST,
    NAME,
    Reply,
    authority,
    drip,
    guard_by_name,
    guard_here,
    refusal,
    site,
)

SECRET = "/private-6a1f9c/basic.ics"


def test_a_calendar_is_fetched_over_tls_in_the_name_of_its_host() -> None:
    reply = Reply(headers={"ETag": '"1"', "Last-Modified": "Mon, 01 Mar 2027 10:00:00 GMT"})
    with site(reply, tls=True) as server:
        fetched = fetch(server.url(SECRET), guard=guard_here())
    assert fetched == Fetched("changed", CALENDAR, '"1"', "Mon, 01 Mar 2027 10:00:00 GMT", "")
    path, headers = server.seen[0]
    assert (path, headers["host"]) == (SECRET, f"{NAME}:{server.port}")
    assert "cookie" not in headers
    assert "authorization" not in headers


def test_webcal_means_https() -> None:
    with site(Reply(), tls=True) as server:
        address = server.url(SECRET).replace("https://", "webcal://")
        assert fetch(address, guard=guard_here()).body == CALENDAR


def test_in_development_this_machine_may_be_asked_without_tls() -> None:
    with site(Reply()) as server:
        address = server.url(SECRET, name="localhost")
        assert fetch(address, development=True).body == CALENDAR
        with pytest.raises(Unreachable):
            fetch(address)


def test_what_was_not_changed_is_not_sent_again() -> None:
    def behave(path: str, headers: dict[str, str]) -> Reply:
        known = headers.get("if-none-match") == '"1"' and headers["if-modified-since"] == "then"
        return Reply(304, b"", {"ETag": '"1"'}) if known else Reply(headers={"ETag": '"1"'})

    with site(behave) as server:
        again = fetch(server.url(), etag='"1"', modified="then", guard=guard_here())
    assert again == Fetched("unchanged", b"", '"1"', "then", "")


def test_an_unasked_304_is_an_error() -> None:
    with site(Reply(304, b"")) as server:
        assert refusal(server.url())[0] == f"{NAME} answered with an error (304)."


def test_a_password_is_shown_to_its_server() -> None:
    with site(Reply()) as server:
        fetch(server.url(), user="ana", password="pä:ss", guard=guard_here())
    assert server.seen[0][1]["authorization"] == "Basic YW5hOnDDpDpzcw=="


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_with_the_password_on_the_same_server(status: int) -> None:
    def behave(path: str, headers: dict[str, str]) -> Reply:
        return Reply() if path == "/there" else Reply(status, b"", {"Location": "/there"})

    with site(behave) as server:
        assert fetch(server.url(), user="ana", password="x", guard=guard_here()).body == CALENDAR
    assert ["authorization" in headers for _, headers in server.seen] == [True, True]


def test_a_password_does_not_follow_to_another_server() -> None:
    with site(Reply()) as other:
        elsewhere = Reply(302, b"", {"Location": other.url()})
        with site(elsewhere) as server:
            fetch(server.url(), user="ana", password="x", guard=guard_here())
    assert ["authorization" in headers for _, headers in other.seen] == [False]


def test_a_third_redirect_is_followed_and_a_fourth_is_not() -> None:
    def behave(path: str, headers: dict[str, str]) -> Reply:
        left = int(path[1:])
        return Reply(302, b"", {"Location": f"/{left - 1}"}) if left else Reply()

    with site(behave) as server:
        assert fetch(server.url("/3"), guard=guard_here()).body == CALENDAR
        assert refusal(server.url("/4"))[0] == f"{NAME} redirects too often."


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "https://[::ffff:10.0.0.1]/",
        "//10.0.0.1/",
        "file:///etc/passwd",
        "http://ana:word@calendar.example.org/",
        "https://[::1",
    ],
)
def test_a_redirect_to_an_inside_address_is_not_followed(target: str) -> None:
    with site(Reply(302, b"", {"Location": target})) as server:
        refusal(server.url(), guard_by_name())
    assert len(server.seen) == 1


def test_a_redirect_from_https_to_http_is_not_followed_in_production() -> None:
    with site(Reply(302, b"", {"Location": f"http://{NAME}/"}), tls=True) as server:
        guard = Guard(
            allowed=is_public_or_here,
            ports=None,
            resolve=lambda host, port: [HOST],
            authority=authority().cert_pem.bytes().decode(),
        )
        text = f"{NAME} redirects to an address that is not read."
        assert refusal(server.url(), guard) == (text, True)


def test_a_name_is_looked_up_once_and_that_address_is_asked() -> None:
    """DNS rebinding: the second answer would lead inside."""
    answers = [[HOST], ["10.0.0.1"]]
    looked_up: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return answers.pop(0)

    guard = Guard(allowed=is_public_or_here, plain=True, ports=None, resolve=resolve)
    with site(Reply()) as server:
        assert fetch(server.url(), guard=guard).body == CALENDAR
    assert looked_up == [NAME]


def test_a_name_that_leads_inside_is_not_asked() -> None:
    guard = Guard(allowed=is_public, plain=True, ports=None, resolve=lambda host, port: [HOST])
    with site(Reply()) as server:
        told = refusal(server.url(), guard)
    assert (told, server.seen) == ((f"There is no public server named {NAME}.", True), [])


def test_an_unknown_name_may_be_known_later() -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    told = refusal(f"https://{NAME}/", Guard(resolve=resolve))
    assert told == (f"There is no public server named {NAME}.", False)


def test_a_name_server_that_does_not_answer_is_not_waited_for() -> None:
    done = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        done.wait(5)
        return [HOST]

    text = refusal(f"https://{NAME}/", Guard(resolve=resolve, seconds=0.1))[0]
    done.set()
    assert text == f"{NAME} did not finish answering within 0.1 seconds."


def test_a_certificate_must_be_for_the_name() -> None:
    with site(Reply(), tls=True, names="other.example.org") as server:
        text = f"The certificate of {NAME} is not to be trusted."
        assert refusal(server.url())[0] == text


def test_a_certificate_must_be_of_a_known_authority() -> None:
    guard = Guard(allowed=is_public_or_here, ports=None, resolve=lambda host, port: [HOST])
    with site(Reply(), tls=True) as server:
        text = f"The certificate of {NAME} is not to be trusted."
        assert refusal(server.url(), guard)[0] == text


@pytest.mark.parametrize(
    ("status", "gone"), [(401, True), (403, True), (404, True), (410, True), (429, False)]
)
def test_a_refusal_says_whether_it_lasts(status: int, gone: bool) -> None:
    with site(Reply(status)) as server:
        assert refusal(server.url(SECRET))[1] == gone


@pytest.mark.parametrize("status", [204, 206, 400, 418, 500, 502, 503])
def test_an_error_may_pass(status: int) -> None:
    with site(Reply(status, b"")) as server:
        assert refusal(server.url(SECRET))[1] is False


@pytest.mark.parametrize("opening", [b"<!DOCTYPE html>", b"\xef\xbb\xbf\n<HTML lang=en>"])
def test_a_web_page_is_no_calendar(opening: bytes) -> None:
    with site(Reply(200, opening)) as server:
        text, gone = refusal(server.url(SECRET))
    assert (text.partition(",")[0], gone) == (f"{NAME} answers with a web page", True)


def test_odd_headers_do_not_bring_the_secret_address_into_a_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    said = b"HTTP/1.1 200 OK\r\nConnection: close\r\nno header at all\r\n\r\n"
    with caplog.at_level(logging.DEBUG), odd_server(drip(said, 0)) as port:
        fetch(f"http://{NAME}:{port}{SECRET}", password="word-7c1", guard=guard_here())
    assert "6a1f9c" not in caplog.text
    assert "word-7c1" not in caplog.text


def test_a_proxy_of_the_environment_is_not_used() -> None:
    program = (
        "import sys; from ambassadors.remote.fetching import fetch; "
        "print(len(fetch(sys.argv[1], development=True).body))"
    )
    proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY"), f"http://{HOST}:9/")
    with site(Reply()) as server:
        ran = subprocess.run(
            [sys.executable, "-c", program, server.url(name="localhost")],
            env=dict(os.environ) | proxies,
            capture_output=True,
            check=True,
        )
    assert int(ran.stdout) == len(CALENDAR)


def test_neither_a_body_nor_a_password_is_shown_by_what_holds_it() -> None:
    assert "VCALENDAR" not in repr(Fetched("changed", CALENDAR, "", "", ""))
