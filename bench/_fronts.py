"""The service as it runs for real: gunicorn as deployed, nginx as deployed, on ports of our own."""

import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")


@dataclass
class Front:
    """Where nginx answers, and the instances of the service behind it, by their ports."""

    folder: Path
    env: dict[str, str]
    nginx: int
    instances: dict[int, subprocess.Popen[bytes]]

    def start(self, port: int) -> None:
        """Starts an instance; returns when it answers."""
        command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app"]
        env = self.env | {"BIND": f"127.0.0.1:{port}"}
        with (self.folder / f"gunicorn-{port}.log").open("ab") as log:
            self.instances[port] = subprocess.Popen(command, cwd=ROOT, env=env, stderr=log)
        wait(f"http://127.0.0.1:{port}/healthz")

    def restart(self, port: int) -> None:
        """As `systemctl restart` does: asked to end, waited for, started again."""
        self.instances[port].terminate()
        self.instances[port].wait(timeout=60)
        self.start(port)


def environment(folder: Path) -> dict[str, str]:
    """As in production, but for where mail goes: no server would take it."""
    return os.environ | {
        "DATABASE_URL": f"sqlite:///{folder}/bench.db",
        "MAIL_URL": f"file://{folder}/mail",
        "SECRET_KEY": secrets.token_urlsafe(32),
        "BASE_URL": "http://127.0.0.1",
        "RATE_LIMITS": "0",
        "TRUSTED_PROXIES": "1",
        "METRICS_TOKEN": "a token of the bench's own",
        "WEB_CONCURRENCY": "1",
    }


@contextmanager
def deployed(first_port: int) -> Iterator[Front]:
    """Two instances with deploy/gunicorn.conf.py behind nginx with deploy/nginx.conf, less TLS."""
    if shutil.which("nginx") is None:
        sys.exit("This needs nginx (apt-get install nginx-light).")
    nginx, ports = first_port, (first_port + 1, first_port + 2)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = environment(folder)
        subprocess.run(
            [*FLASK, "db", "upgrade"], cwd=ROOT, env=env, check=True, capture_output=True
        )
        subprocess.run([*FLASK, "setup"], cwd=ROOT, env=env, check=True, capture_output=True)
        front = Front(folder, env, nginx, {})
        proxy = None
        try:
            for port in ports:
                front.start(port)
            proxy = subprocess.Popen(["nginx", "-c", write_nginx(folder, ports, nginx)])
            wait(f"http://127.0.0.1:{nginx}/healthz")
            yield front
        finally:
            running = [*([proxy] if proxy else []), *front.instances.values()]
            for process in running:
                process.terminate()
            for process in running:
                process.wait(timeout=60)


def write_nginx(folder: Path, instances: tuple[int, ...], port: int) -> str:
    """The deployed file with our ports, without TLS, in a whole configuration."""
    text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    plain = text[text.rindex("server {") :]
    plain = re.sub(r"listen 443 ssl;", f"listen 127.0.0.1:{port};", plain)
    plain = re.sub(r" *ssl_\w+ [^;]+;\n", "", plain)
    plain = plain.replace("/var/log/nginx/access.log", f"{folder}/access.log")
    plain = plain.replace("limit_conn each 60;", "limit_conn each 2000;")  # one machine is all here
    shared = text[: text.index("server {\n    listen 80")]
    for known, ours in zip(("8000", "8001"), instances, strict=True):
        shared = shared.replace(f"# server 127.0.0.1:{known}", f"server 127.0.0.1:{known}")
        shared = shared.replace(f"127.0.0.1:{known}", f"127.0.0.1:{ours}")
    scratch = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = (
        f"daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/nginx.log;\n"
        f"events {{ worker_connections 4096; }}\nhttp {{\n{scratch}{shared}{plain}\n}}\n"
    )
    path = folder / "nginx.conf"
    path.write_text(whole, "utf-8")
    return str(path)


def wait(address: str) -> None:
    """Until it answers."""
    give_up = time.monotonic() + 180  # a machine at work may need a minute to load the app
    while time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own
                return
        except OSError:
            time.sleep(0.2)
    sys.exit(f"{address} does not answer.")
