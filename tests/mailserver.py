"""A real IMAP server (pymap) with one user and an empty INBOX."""

import imaplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.postgres import free_port
from tests.remote.servers import authority

USER, PASSWORD = "chats", "p w"

PYMAP = Path(sys.executable).with_name("pymap")  # installed beside this Python, in no PATH


@dataclass(frozen=True)
class ImapServer:
    """Where it is."""

    host: str
    port: int

    def url(self, scheme: str, password: str = PASSWORD) -> str:
        """An address as INBOX_URL takes it."""
        return f"{scheme}://{USER}:{quote(password)}@{self.host}:{self.port}"


@contextmanager
def imap_server(certificates: Path | None = None) -> Iterator[ImapServer]:
    """The server for the length of a block; with a folder for its certificate, with STARTTLS."""
    host = "localhost" if certificates else "127.0.0.1"
    server = ImapServer(host, free_port())
    tls = write_certificate(certificates, host) if certificates else ["--no-tls"]
    where = [str(PYMAP), "--host", "127.0.0.1", "--port", str(server.port), *tls]
    who = ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
    process = subprocess.Popen([*where, *who], stderr=subprocess.DEVNULL)
    try:
        wait_until_it_answers(server)
        yield server
    finally:
        process.kill()
        process.wait()


def write_certificate(folder: Path, name: str) -> list[str]:
    """A certificate for a name, as files, and the options that say where they are."""
    issued = authority().issue_cert(name)
    key, chain = folder / "key.pem", folder / "chain.pem"
    issued.private_key_pem.write_to_path(key)
    for pem in issued.cert_chain_pems:
        pem.write_to_path(chain, append=True)
    return ["--cert", str(chain), "--key", str(key)]


def wait_until_it_answers(server: ImapServer) -> None:
    """Until it takes connections."""
    give_up = time.monotonic() + 30
    while True:
        try:
            imaplib.IMAP4(server.host, server.port, timeout=10).logout()
            return
        except OSError:
            assert time.monotonic() < give_up, "pymap does not answer"
            time.sleep(0.1)


def deliver(server: ImapServer, *mails: bytes) -> None:
    """Mails arrive in INBOX; for servers without TLS."""
    with imaplib.IMAP4(server.host, server.port) as client:
        client.login(USER, PASSWORD)
        for raw in mails:
            client.append("INBOX", None, None, raw)  # type: ignore[arg-type]
