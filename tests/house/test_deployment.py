"""Deployment files say what is so: figures, files and settings that there are."""

import re
import runpy
from collections.abc import Iterator

import yaml

from ambassadors.services.measures import READERS, measure
from config import ROOT

WEB = {
    "ambassadors_requests_total",
    "ambassadors_request_seconds_bucket",
}


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def documented() -> set[str]:
    """Every setting in the table of docs/operating.md."""
    rows = (line for line in read("docs/operating.md").splitlines() if line.startswith("| `"))
    return {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1])}


def test_alerts_ask_for_figures_that_there_are(session, now):
    rules = yaml.safe_load(read("deploy/alerts.yml"))["groups"][0]["rules"]
    asked = {name for rule in rules for name in re.findall(r"ambassadors_\w+", rule["expr"])}
    told = {one.name for one in measure(session, now)}
    assert asked - told - WEB == set()
    assert len(told) == len(READERS)


def test_the_image_is_made_of_files_that_there_are():
    copied = [
        line.split()[1:-1] for line in read("Dockerfile").splitlines() if line.startswith("COPY ")
    ]
    ours = [name for names in copied for name in names if not name.startswith(("--", "/"))]
    kept = [line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")]
    assert [name for name in ours if not (ROOT / name).exists()] == []
    assert sorted({name for name in ours if name not in kept}) == []


def given(services: dict[str, dict[str, object]]) -> Iterator[str]:
    """Every setting that the compose file gives one of our own processes."""
    for name in ("setup", "web", "scheduler"):
        environment = services[name]["environment"]
        assert isinstance(environment, dict)
        yield from environment


def test_the_compose_file_gives_settings_that_there_are_to_processes_that_cannot_write():
    services = yaml.safe_load(read("compose.yaml"))["services"]
    assert set(given(services)) - documented() == set()
    for name in ("setup", "web", "scheduler"):
        one = services[name]
        assert (one["read_only"], one["cap_drop"]) == (True, ["ALL"])


def test_gunicorn_is_set_up_by_the_environment():
    values = runpy.run_path(str(ROOT / "deploy" / "gunicorn.conf.py"))
    assert (values["worker_class"], values["bind"]) == ("gthread", "127.0.0.1:8000")
    assert values["keepalive"] > 10, "longer than nginx keeps a connection to us"
    assert "keepalive_timeout 10s;" in read("deploy/nginx.conf")


def test_settings_of_the_gunicorn_file_are_documented():
    asked = set(re.findall(r'environ\.get\("([A-Z_]+)"', read("deploy/gunicorn.conf.py")))
    assert asked - documented() - {"PROMETHEUS_MULTIPROC_DIR"} == set()
