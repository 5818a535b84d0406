import socket
import time
from itertools import count

import pytest

from ambassadors.mail.faults import PermanentFault, TransientFault
from ambassadors.mail.messages import serialise, to_message
from ambassadors.mail.smtp import Server, SmtpTransport
from ambassadors.mail.transports import open_transport
from tests.mail.samples import SENT, SERVICE, every_mail
from tests.mail.servers import (
    HOST,
    PASSWORD,
    USER,
    Inbox,
    authority_pem,
    free_port,
    mail_server,
    odd_server,
)

MESSAGE = b"Subject: hello\r\n\r\nA line.\r\n.\r\n..and dots\r\n.end\r\n"
FROM, TO = "chats@example.edu", "ravi@example.org"


def plainly(inbox: Inbox) -> SmtpTransport:
    """A transport to a server that asks for nothing."""
    return SmtpTransport(Server(HOST, inbox.port, tls=False))


def signed_in(inbox: Inbox, password: str = PASSWORD) -> SmtpTransport:
    return SmtpTransport(Server(HOST, inbox.port, False, USER, password), authority_pem())


def fault_of(transport: SmtpTransport) -> TransientFault:
    with pytest.raises(TransientFault) as raised:
        transport.send(MESSAGE, FROM, TO)
    return raised.value


def test_mail_goes_encrypted_and_signed_in_over_one_connection() -> None:
    with (
        mail_server(signs_in=True, starttls=True) as inbox,
        open_transport(inbox.url(), extra_ca=authority_pem()) as transport,
    ):
        words = [transport.send(MESSAGE, FROM, TO) for _ in range(3)]
    assert words == [f"250 queued as number {number}" for number in (1, 2, 3)]
    assert inbox.messages == [MESSAGE] * 3
    assert inbox.envelopes == [(FROM, [TO])] * 3
    assert inbox.encrypted == [True] * 3
    assert (inbox.connections, inbox.sign_ins, inbox.goodbyes) == (1, [True], 1)


def test_mail_goes_over_tls_from_the_first_byte() -> None:
    with (
        mail_server(signs_in=True, tls=True) as inbox,
        open_transport(inbox.url("smtps"), extra_ca=authority_pem()) as transport,
    ):
        transport.send(MESSAGE, FROM, TO)
    assert (inbox.messages, inbox.encrypted, inbox.sign_ins) == ([MESSAGE], [True], [True])


def test_starttls_is_used_when_offered_even_without_a_sign_in() -> None:
    with (
        mail_server(starttls=True) as inbox,
        open_transport(inbox.url(user=""), extra_ca=authority_pem()) as transport,
    ):
        transport.send(MESSAGE, FROM, TO)
    assert (inbox.encrypted, inbox.sign_ins) == ([True], [])


def test_a_server_without_encryption_gets_mail_but_no_password() -> None:
    with mail_server() as inbox:
        transport = plainly(inbox)
        transport.send(MESSAGE, FROM, TO)
        fault = fault_of(signed_in(inbox))
        transport.close()
    assert inbox.encrypted == [False]
    assert inbox.sign_ins == []
    assert fault.words == "The mail server offers no STARTTLS: the password was not sent."
    assert fault.unreachable


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_nobody_vouches_for_is_not_trusted(scheme: str) -> None:
    with (
        mail_server(starttls=scheme == "smtp", tls=scheme == "smtps") as inbox,
        open_transport(inbox.url(scheme, user="")) as transport,
        pytest.raises(TransientFault) as raised,
    ):
        transport.send(MESSAGE, FROM, TO)
    assert raised.value.words.startswith("The mail server's certificate is not trusted: ")
    assert raised.value.unreachable
    assert inbox.messages == []


def test_a_wrong_password_is_told_without_the_password() -> None:
    with mail_server(signs_in=True, starttls=True) as inbox:
        fault = fault_of(signed_in(inbox, "not the secret"))
    assert fault.words.startswith("535 ")
    assert fault.unreachable
    assert "not the secret" not in fault.words
    assert inbox.messages == []


def test_a_password_that_smtp_cannot_carry_is_told() -> None:
    with mail_server(signs_in=True, starttls=True) as inbox:
        fault = fault_of(signed_in(inbox, "pässword"))
    assert fault.words == "The mail server's user and password must be plain ASCII."


def test_a_server_that_wants_a_sign_in_is_out_of_reach_without_one() -> None:
    with mail_server(signs_in=True, starttls=True) as inbox:
        transport = SmtpTransport(Server(HOST, inbox.port, tls=False), authority_pem())
        fault = fault_of(transport)
        transport.close()
    assert fault.words.startswith("530 ")
    assert fault.unreachable


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_what_is_refused_for_good_is_told_apart_and_the_connection_kept(command: str) -> None:
    with mail_server() as inbox:
        transport = plainly(inbox)
        inbox.replies[command] = ["550 5.1.1 No such person"]
        with pytest.raises(PermanentFault) as raised:
            transport.send(MESSAGE, FROM, TO)
        words = transport.send(MESSAGE, FROM, TO)
        transport.close()
    assert raised.value.words == "550 5.1.1 No such person"
    assert words == "250 queued as number 1"
    assert inbox.envelopes == [(FROM, [TO])]
    assert inbox.connections == 1


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_what_is_refused_for_now_is_told_apart_and_the_connection_kept(command: str) -> None:
    with mail_server() as inbox:
        transport = plainly(inbox)
        inbox.replies[command] = ["451 4.7.1 Greylisted"]
        fault = fault_of(transport)
        transport.send(MESSAGE, FROM, TO)
        transport.close()
    assert (fault.words, fault.unreachable) == ("451 4.7.1 Greylisted", False)
    assert inbox.connections == 1


@pytest.mark.parametrize("command", ["MAIL", "RCPT"])
@pytest.mark.parametrize("reply", ["drop", "421 4.3.2 Enough for one connection"])
def test_a_kept_connection_that_ended_is_opened_again(command: str, reply: str) -> None:
    with mail_server() as inbox:
        transport = plainly(inbox)
        transport.send(MESSAGE, FROM, TO)
        inbox.replies[command] = [reply]
        words = transport.send(MESSAGE, FROM, TO)
        transport.close()
    assert words == "250 queued as number 2"
    assert inbox.connections == 2


def test_a_new_connection_that_ends_is_a_fault_and_the_next_try_a_new_one() -> None:
    with mail_server() as inbox:
        transport = plainly(inbox)
        inbox.replies["MAIL"] = ["421 4.3.2 Shutting down"]
        fault = fault_of(transport)
        transport.send(MESSAGE, FROM, TO)
        transport.close()
    assert (fault.words, fault.unreachable) == ("421 4.3.2 Shutting down", True)
    assert (inbox.connections, len(inbox.messages)) == (2, 1)


def test_a_message_handed_over_without_an_answer_is_not_sent_twice_by_itself() -> None:
    with mail_server() as inbox:
        transport = plainly(inbox)
        transport.send(MESSAGE, FROM, TO)
        inbox.replies["DATA"] = ["drop"]
        fault = fault_of(transport)
        transport.close()
    assert fault.unreachable
    assert (inbox.connections, len(inbox.messages)) == (1, 1)


def test_nobody_listening_is_a_fault_for_now() -> None:
    transport = SmtpTransport(Server(HOST, free_port(), tls=False))
    fault = fault_of(transport)
    assert (fault.words, fault.unreachable) == ("Connection refused", True)


def test_an_unknown_name_is_a_fault_for_now() -> None:
    transport = SmtpTransport(Server("no-such-host.invalid", 25, tls=False))
    assert fault_of(transport).words == "The mail server's name is not known."


def test_a_server_that_refuses_to_talk_is_never_the_mails_fault() -> None:
    with odd_server(lambda peer: peer.sendall(b"554 5.7.1 Go away\r\n")) as port:
        fault = fault_of(SmtpTransport(Server(HOST, port, tls=False)))
    assert (fault.words, fault.unreachable) == ("554 5.7.1 Go away", True)


def drip(peer: socket.socket) -> None:
    """A banner that never ends, a byte at a time."""
    for _ in count():
        peer.sendall(b"2")
        time.sleep(0.02)


def be_silent(peer: socket.socket) -> None:
    """Says nothing until the client leaves."""
    peer.recv(1)


@pytest.mark.parametrize("talk", [drip, be_silent])
def test_no_server_holds_us_longer_than_we_wait(talk: object) -> None:
    with odd_server(talk) as port:  # type: ignore[arg-type]
        transport = SmtpTransport(Server(HOST, port, tls=False), total_seconds=0.3)
        began = time.monotonic()
        fault = fault_of(transport)
        waited = time.monotonic() - began
    assert fault.unreachable
    assert "timed out" in fault.words
    assert waited < 5


def test_a_server_that_repeats_the_password_does_not_get_it_into_our_words() -> None:
    def repeat(peer: socket.socket) -> None:
        peer.sendall(f"554 {USER} may not use {PASSWORD}\r\n".encode())

    with odd_server(repeat) as port:
        server = Server(HOST, port, False, USER, PASSWORD)
        fault = fault_of(SmtpTransport(server))
    assert fault.words == f"554 {USER} may not use •••"
    assert PASSWORD not in repr(SmtpTransport(server))


def test_what_is_said_before_starttls_is_not_taken_for_an_answer_after_it() -> None:
    seen = b""

    def inject(peer: socket.socket) -> None:
        nonlocal seen
        peer.sendall(b"220 ready\r\n")
        peer.recv(100)
        peer.sendall(b"250-hello\r\n250 STARTTLS\r\n")
        peer.recv(100)
        peer.sendall(b"220 go ahead\r\n250-hello\r\n250 AUTH PLAIN\r\n235 signed in\r\n")
        seen = peer.recv(100)

    with odd_server(inject) as port:
        server = Server(HOST, port, False, USER, PASSWORD)
        assert fault_of(SmtpTransport(server, authority_pem(), total_seconds=1)).unreachable
    assert seen[:1] == b"\x16"  # a TLS handshake, and no AUTH


@pytest.mark.parametrize(
    "address", ["ravi@example.org>\r\nRCPT TO:<eve@example.org", "ravi", "", "a b@example.org"]
)
def test_an_address_that_is_none_never_reaches_the_server(address: str) -> None:
    with mail_server() as inbox:
        transport = plainly(inbox)
        for sender, recipient in ((FROM, address), (address, TO)):
            with pytest.raises(PermanentFault):
                transport.send(MESSAGE, sender, recipient)
    assert inbox.connections == 0


def test_we_introduce_ourselves_with_the_domain_of_the_sender() -> None:
    with mail_server() as inbox, open_transport(inbox.url(user="")) as transport:
        transport.send(MESSAGE, FROM, TO)
    assert inbox.helos == ["example.edu"]


def test_checking_connects_and_signs_in_without_sending() -> None:
    with (
        mail_server(signs_in=True, starttls=True) as inbox,
        open_transport(inbox.url(), extra_ca=authority_pem()) as transport,
    ):
        assert transport.check().startswith("250 ")
        assert transport.check().startswith("250 ")
        transport.send(MESSAGE, FROM, TO)
    assert (inbox.connections, inbox.sign_ins, len(inbox.messages)) == (1, [True], 1)


def test_checking_a_server_that_is_away_is_a_fault() -> None:
    with pytest.raises(TransientFault):
        SmtpTransport(Server(HOST, free_port(), tls=False)).check()


def test_every_mail_arrives_byte_for_byte() -> None:
    sent = [serialise(to_message(mail, SERVICE, SENT)) for mail in every_mail().values()]
    with mail_server() as inbox, open_transport(inbox.url(user="")) as transport:
        for data in sent:
            transport.send(data, FROM, TO)
    assert inbox.messages == sent
