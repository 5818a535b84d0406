"""A mail server with every fault that one can have, each switched on and off at any moment."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.mailbox import parse
from tests.postgres import free_port

TAKING, PUT_OFF, REFUSED = b"250 taken", b"451 4.3.2 later, please", b"554 5.7.1 never"
ANSWERS = {"taking": TAKING, "4xx": PUT_OFF, "5xx": REFUSED}


class MailServer(socketserver.ThreadingTCPServer):
    """`mode` is how it answers a whole mail: "taking", "4xx", "5xx", "hanging" (no answer), or
    "dropping" (it has taken the mail, and the connection breaks). `pause`: seconds for each mail.
    """

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, pause: float = 0.0) -> None:
        super().__init__(("127.0.0.1", port), Talk)
        self.mode, self.pause, self.over = "taking", pause, threading.Event()
        self.taken: list[str] = []
        self.times: list[float] = []
        self.reached = threading.Semaphore(0)  # released when a mail has come in whole

    def take(self, message: bytes) -> None:
        """Keeps its Message-ID."""
        self.taken.append(parse(message).message_id)
        self.times.append(time.monotonic())


class Talk(socketserver.StreamRequestHandler):
    """One connection."""

    server: MailServer

    def handle(self) -> None:
        try:
            self.say(b"220 mail.example.org")
            for line in self.rfile:
                if not self.obey(line.strip().upper()):
                    return
        except OSError:  # the client was killed
            return

    def obey(self, command: bytes) -> bool:
        """Answers one command; False when the connection ends."""
        if command == b"DATA":
            self.say(b"354 go on")
            return self.receive()
        self.say(b"221 bye" if command == b"QUIT" else b"250 fine")
        return command != b"QUIT"

    def receive(self) -> bool:
        """One mail, and the fault that is switched on."""
        lines = list(iter(self.rfile.readline, b".\r\n"))
        if not lines or not lines[-1]:
            return False
        server, mode = self.server, self.server.mode
        server.reached.release()
        if mode == "hanging":
            server.over.wait()
            return False
        time.sleep(server.pause)
        if mode in ("taking", "dropping"):
            server.take(b"".join(lines))
        if mode == "dropping":
            return False
        self.say(ANSWERS[mode])
        return True

    def say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


@contextmanager
def mail_server(pause: float = 0.0, port: int = 0) -> Iterator[MailServer]:
    """The server for the length of a block."""
    with MailServer(port or free_port(), pause) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()
