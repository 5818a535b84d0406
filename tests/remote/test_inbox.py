"""The mailbox of replies on a real IMAP server, and in a Maildir."""

import imaplib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ambassadors.remote.inbox import LARGEST, InboxFault, check_inbox, open_inbox
from tests.postgres import free_port
from tests.replying import drop, make_maildir

MAILS = [b"Subject: %d\r\n\r\nHello\r\n" % number for number in range(3)]


@pytest.fixture
def port() -> Iterator[int]:
    """pymap with one user and three mails, on a port of its own."""
    port = free_port()
    server = ["pymap", "--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict"]
    process = subprocess.Popen(
        [*server, "--demo-user", "chats", "--demo-password", "p w"], stderr=subprocess.DEVNULL
    )
    give_up = time.monotonic() + 30
    while True:
        try:
            client = imaplib.IMAP4("127.0.0.1", port, timeout=10)
            break
        except OSError:
            assert time.monotonic() < give_up, "pymap does not answer"
            time.sleep(0.1)
    client.login("chats", "p w")
    for mail in MAILS:
        client.append("INBOX", None, None, mail)  # type: ignore[arg-type]
    client.logout()
    yield port
    process.kill()
    process.wait()


def test_mail_on_an_imap_server_is_found_until_it_is_settled(port: int):
    url = f"imap://chats:p%20w@127.0.0.1:{port}"
    assert check_inbox(url) == "127.0.0.1 answers."
    with open_inbox(url) as inbox:
        found = list(inbox.find())
        inbox.settle(found[0])
    assert [one.raw for one in found] == MAILS
    with open_inbox(url) as inbox:
        assert list(inbox.find()) == found[1:]


def test_a_wrong_password_is_a_fault_that_does_not_repeat_it(port: int):
    with pytest.raises(InboxFault, match="AUTHENTICATIONFAILED") as fault:
        check_inbox(f"imap://chats:guessed@127.0.0.1:{port}")
    assert "guessed" not in str(fault.value)


def test_a_mail_in_a_maildir_that_is_too_large_is_found_without_its_bytes(tmp_path: Path):
    folder = make_maildir(tmp_path / "inbox")
    drop(folder, MAILS[0])
    drop(folder, b"x" * (LARGEST + 1))
    with open_inbox(f"maildir:{folder}") as inbox:
        found = list(inbox.find())
        for one in found:
            inbox.settle(one)
        assert [one.raw for one in found] == [MAILS[0], None]
        assert list(inbox.find()) == []
