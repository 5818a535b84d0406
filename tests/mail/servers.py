"""Mail servers to send to: a real one, which can be told to refuse, and odd ones by script."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "chats@example.edu", "p@ss:w/rd %41"
HOST = "127.0.0.1"


@cache
def authority() -> trustme.CA:
    """One certificate authority for the whole run."""
    return trustme.CA()


def authority_pem() -> str:
    """The authority as a client is told of it."""
    return authority().cert_pem.bytes().decode()


def server_context() -> ssl.SSLContext:
    """TLS as 127.0.0.1."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority().issue_cert(HOST).configure_cert(context)
    return context


@dataclass
class Inbox:
    """What a server has seen, and what it is told to answer.

    `replies` holds the answers to the next MAIL, RCPT and DATA commands; "drop" closes the
    connection instead. Without one the server accepts.
    """

    port: int = 0
    messages: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    helos: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    sign_ins: list[bool] = field(default_factory=list)
    connections: int = 0
    goodbyes: int = 0
    replies: dict[str, list[str]] = field(default_factory=dict)

    def url(self, scheme: str = "smtp", user: str = USER, password: str = PASSWORD) -> str:
        """A MAIL_URL of this server; without a user when that is empty."""
        sign_in = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
        return f"{scheme}://{sign_in}{HOST}:{self.port}"

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self._answer(server, "MAIL", "250 OK")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._answer(server, "RCPT", "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self._answer(server, "DATA", f"250 queued as number {len(self.messages) + 1}")
        if answer.startswith("2"):
            assert isinstance(envelope.content, bytes)
            self.messages.append(envelope.content)
            self.envelopes.append((str(envelope.mail_from), list(envelope.rcpt_tos)))
            self.helos.append(str(session.host_name))
            self.encrypted.append(_transport(server).get_extra_info("sslcontext") is not None)
        return answer

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.goodbyes += 1
        return "221 Bye"

    def sign_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
    ) -> AuthResult:
        """Whether the password is the one of this server."""
        right = given == LoginPassword(USER.encode(), PASSWORD.encode())
        self.sign_ins.append(right)
        return AuthResult(success=right, handled=False)

    def _answer(self, server: SMTP, command: str, accepted: str) -> str:
        waiting = self.replies.get(command)
        answer = waiting.pop(0) if waiting else accepted
        if answer == "drop":
            _transport(server).abort()
        return answer


def _transport(server: SMTP) -> Any:
    return server.transport


class _Listener(Controller):
    """Listens on a port that the system chooses, and counts who comes."""

    def _trigger_server(self) -> None:
        listening: Any = self.server
        self.port = listening.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]
        self.handler.port, self.handler.connections = self.port, 0

    def factory(self) -> SMTP:
        self.handler.connections += 1
        server: SMTP = super().factory()  # type: ignore[no-untyped-call]
        return server


@contextmanager
def mail_server(
    *, signs_in: bool = False, starttls: bool = False, tls: bool = False
) -> Iterator[Inbox]:
    """A real SMTP server for the length of a block."""
    inbox = Inbox()
    listener = _Listener(
        inbox,
        hostname=HOST,
        port=0,
        server_hostname="mail.example.edu",
        ssl_context=server_context() if tls else None,
        tls_context=server_context() if starttls else None,
        authenticator=inbox.sign_in if signs_in else None,
        auth_required=signs_in and not tls,  # aiosmtpd takes only STARTTLS for TLS
        auth_require_tls=not tls,
    )
    listener.start()
    try:
        yield inbox
    finally:
        listener.stop()


@contextmanager
def odd_server(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that treats each connection as `talk` does; gives its port."""
    with socket.create_server((HOST, 0)) as listening:
        thread = threading.Thread(target=_serve, args=(listening, talk))
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()


def _serve(listening: socket.socket, talk: Callable[[socket.socket], None]) -> None:
    with suppress(OSError):  # the listening socket is closed at the end of the block
        while True:
            connection, _ = listening.accept()
            with connection, suppress(OSError):  # the client may leave whenever it likes
                talk(connection)


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server((HOST, 0)) as listening:
        return int(listening.getsockname()[1])
