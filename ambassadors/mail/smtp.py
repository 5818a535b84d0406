"""One kept SMTP connection, with an end to every wait and the server's words in every fault."""

import smtplib
import socket
import ssl
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from time import monotonic

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.text import one_line
from ambassadors.mail.addresses import parse_address
from ambassadors.mail.faults import PermanentFault, TransientFault
from ambassadors.mail.patience import PatientSmtp

WORDS_LIMIT = 300
GOODBYE_SECONDS = 2.0
# Replies about signing in: the service's settings are wrong, not the mail (RFC 4954 section 6).
SIGN_IN_CODES = frozenset({530, 534, 535, 538})
SHUTTING_DOWN = 421


@dataclass(frozen=True)
class Server:
    """A mail server: `tls` from the first byte, or STARTTLS when it offers it.

    With a user, TLS is required: the password never goes out in the clear.
    """

    host: str
    port: int
    tls: bool
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass
class SmtpTransport:
    """Sends over one kept connection, opened when first needed and again when it was dropped.

    Connecting takes at most `connect_seconds`, everything for one message `total_seconds`.
    `extra_ca` is PEM text. Not to be shared between threads.
    """

    server: Server
    extra_ca: str | None = None
    connect_seconds: float = 10.0
    total_seconds: float = 30.0
    _smtp: PatientSmtp | None = field(default=None, init=False, repr=False)

    def send(self, message: bytes, sender: str, recipient: str) -> str:
        """One message to one recipient; returns the server's words once it has accepted it.

        TransientFault for 4xx, a broken connection, a refused sign-in; PermanentFault for an
        address that is none, and for 5xx about sender, recipient or message.
        """
        sender, recipient = _checked(sender), _checked(recipient)
        deadline = monotonic() + self.total_seconds
        try:
            smtp = self._begin(sender, recipient, deadline)
            return self._hand_over(smtp, message)
        except OSError as error:  # smtplib's exceptions are OSErrors too
            self._forget()
            raise self._fault(error) from None

    def check(self) -> str:
        """Connects and signs in, or asks the kept connection; returns the server's words."""
        deadline = monotonic() + self.total_seconds
        try:
            if self._smtp is None:
                self._smtp = self._connect("localhost", deadline)
            self._smtp.deadline = deadline
            return self._expect(self._smtp, *self._smtp.noop())
        except OSError as error:
            self._forget()
            raise self._fault(error) from None

    def close(self) -> None:
        """Says QUIT and closes; the next message opens a new connection."""
        if self._smtp is not None:
            self._smtp.deadline = monotonic() + GOODBYE_SECONDS
            with suppress(OSError):  # a server that is gone needs no goodbye
                self._smtp.quit()
        self._forget()

    def _begin(self, sender: str, recipient: str, deadline: float) -> PatientSmtp:
        """Up to RCPT; on a new connection when the kept one turns out to be dropped."""
        if self._smtp is not None:
            self._smtp.deadline = deadline
            with suppress(OSError):  # nothing was handed over yet: the new connection repeats it
                return self._address(self._smtp, sender, recipient)
            self._forget()
        self._smtp = self._connect(sender.split("@")[1], deadline)
        return self._address(self._smtp, sender, recipient)

    def _address(self, smtp: PatientSmtp, sender: str, recipient: str) -> PatientSmtp:
        self._expect(smtp, *smtp.mail(sender))
        self._expect(smtp, *smtp.rcpt(recipient))
        return smtp

    def _hand_over(self, smtp: PatientSmtp, message: bytes) -> str:
        try:
            return self._expect(smtp, *smtp.data(message))
        except smtplib.SMTPDataError as error:  # DATA itself was refused
            return self._expect(smtp, error.smtp_code, error.smtp_error)

    def _expect(self, smtp: PatientSmtp, code: int, words: bytes | str) -> str:
        """The words of a 2xx; raises the fault of any other, the connection kept when it can be."""
        if 200 <= code <= 299:
            return self._clean(code, words)
        if code == SHUTTING_DOWN:
            raise smtplib.SMTPServerDisconnected(self._clean(code, words))
        try:
            smtp.rset()
        except OSError:
            self._forget()
        cleaned = self._clean(code, words)
        if 500 <= code <= 599 and code not in SIGN_IN_CODES:
            raise PermanentFault(cleaned)
        raise TransientFault(cleaned, unreachable=code in SIGN_IN_CODES)

    def _connect(self, helo: str, deadline: float) -> PatientSmtp:
        """Connected, encrypted and signed in, as far as the server's address asks for it."""
        server = self.server
        if not (server.user + server.password).isascii():
            raise TransientFault(said("The mail server's user and password must be plain ASCII."))
        context = self._tls if server.tls else None
        smtp = PatientSmtp(server.host, server.port, helo, self.connect_seconds, deadline, context)
        try:
            self._prepare(smtp)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _prepare(self, smtp: PatientSmtp) -> None:
        """EHLO, STARTTLS and AUTH."""
        smtp.ehlo_or_helo_if_needed()
        if not self.server.tls and smtp.has_extn("starttls"):
            smtp.starttls(context=self._tls)
            smtp.ehlo_or_helo_if_needed()
        elif self.server.user and not self.server.tls:
            raise TransientFault(
                said("The mail server offers no STARTTLS: the password was not sent.")
            )
        if self.server.user:
            smtp.login(self.server.user, self.server.password)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self.extra_ca:
            context.load_verify_locations(cadata=self.extra_ca)
        return context

    def _forget(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _fault(self, error: OSError) -> TransientFault:
        """What a broken connection is called. Trouble in connecting is never the mail's fault."""
        if isinstance(error, smtplib.SMTPResponseException):
            return TransientFault(self._clean(error.smtp_code, error.smtp_error))
        return TransientFault(self._clean(None, _described(error)))

    def _clean(self, code: int | None, words: bytes | str) -> str:
        """A reply on one line, without the password should the server repeat it."""
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
        for secret in _secrets(self.server):
            text = text.replace(secret, "•••")
        return one_line(text if code is None else f"{code} {text}", WORDS_LIMIT)


def _checked(address: str) -> str:
    try:
        return parse_address(address, field=None)
    except Refused as refused:
        raise PermanentFault(refused.text) from None


def _described(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return said(
            "The mail server's certificate is not trusted: {verify_message}.",
            verify_message=error.verify_message,
        )
    if isinstance(error, socket.gaierror):
        return said("The mail server's name is not known.")
    if isinstance(error, TimeoutError):
        return said("The mail server did not answer in time.")
    return error.strerror or str(error)


def _secrets(server: Server) -> tuple[str, ...]:
    """The password as it may come back: plain, and as AUTH LOGIN and AUTH PLAIN send it."""
    if not server.password:
        return ()
    plain = f"\0{server.user}\0{server.password}".encode()
    login = server.password.encode()
    return (b64encode(plain).decode(), b64encode(login).decode(), server.password)
