"""An SMTP client whose every wait ends at one deadline.

A socket's timeout starts again with every byte, so a server that drips its answers would hold the
scheduler for as long as it likes.
"""

import smtplib
import socket
import ssl
from time import monotonic


class PatientSmtp(smtplib.SMTP):
    """smtplib's client, patient until `deadline` (of the monotonic clock) and no longer.

    With `context`, TLS from the first byte.
    """

    sock: socket.socket | None

    def __init__(
        self,
        host: str,
        port: int,
        helo: str,
        connect_seconds: float,
        deadline: float,
        context: ssl.SSLContext | None,
    ) -> None:
        self.deadline = deadline
        self._context = context
        super().__init__(host, port, local_hostname=helo, timeout=connect_seconds)

    def remaining(self) -> float:
        """Seconds left. TimeoutError when none are."""
        left = self.deadline - monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return left

    def send(self, s: object) -> None:
        """Sends all of it before the deadline."""
        if self.sock:
            self.sock.settimeout(self.remaining())
        super().send(s)  # type: ignore[arg-type]

    def getreply(self) -> tuple[int, bytes]:
        """Reads one reply, however many lines, before the deadline."""
        if self.file is None and self.sock:
            self.file = _Lines(self, self.sock)
        return super().getreply()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """As smtplib's own SMTP_SSL does it."""
        plain = socket.create_connection((host, port), min(timeout, self.remaining()))
        if self._context is None:
            return plain
        return self._context.wrap_socket(plain, server_hostname=host)


class _Lines:
    """Lines read from a socket; stands in for the file that smtplib reads from."""

    def __init__(self, smtp: PatientSmtp, sock: socket.socket) -> None:
        self._smtp = smtp
        self._sock = sock
        self._read = b""

    def readline(self, limit: int) -> bytes:
        """The next line with its end, at most `limit` bytes; what there is when the peer closes."""
        while b"\n" not in self._read and len(self._read) < limit:
            self._sock.settimeout(self._smtp.remaining())
            chunk = self._sock.recv(4096)
            if not chunk:
                break
            self._read += chunk
        end = min(self._read.find(b"\n") + 1 or len(self._read), limit)
        line, self._read = self._read[:end], self._read[end:]
        return line

    def close(self) -> None:
        """The socket is closed by its owner."""
