"""The mailbox of replies on a real IMAP server, and in a Maildir."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ambassadors.remote.inbox import LARGEST, InboxFault, check_inbox, open_inbox
from tests.mailserver import ImapServer, deliver, imap_server
from tests.remote.servers import authority
from tests.replying import drop, make_maildir

MAILS = [b"Subject: %d\r\n\r\nHello\r\n" % number for number in range(3)]


@pytest.fixture
def server() -> Iterator[ImapServer]:
    """With three mails."""
    with imap_server() as running:
        deliver(running, *MAILS)
        yield running


def test_mail_on_an_imap_server_is_found_until_it_is_settled(server: ImapServer):
    url = server.url("imap")
    assert check_inbox(url) == "127.0.0.1 answers."
    with open_inbox(url) as inbox:
        found = list(inbox.find())
        inbox.settle(found[0])
    assert [one.raw for one in found] == MAILS
    with open_inbox(url) as inbox:
        assert list(inbox.find()) == found[1:]


def test_a_wrong_password_is_a_fault_that_does_not_repeat_it(server: ImapServer):
    with pytest.raises(InboxFault, match="AUTHENTICATIONFAILED") as fault:
        check_inbox(server.url("imap", "guessed"))
    assert "guessed" not in str(fault.value)


def test_where_starttls_is_offered_it_is_used_and_the_certificate_checked(tmp_path: Path):
    with imap_server(tmp_path) as server:
        url, trusted = server.url("imap"), authority().cert_pem.bytes().decode()
        with open_inbox(url, trusted) as inbox:
            assert list(inbox.find()) == []
        with pytest.raises(InboxFault, match="certificate verify failed"):
            check_inbox(url)


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
