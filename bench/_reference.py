"""What everything is compared with: bare Flask pages on SQLite's own driver, without any service.

`/page` makes one indexed query and fills a small template; `/insert` writes one row and is
durable when it answers. One connection a thread, kept, with the pragmas of the service.
"""

import os
import sqlite3
import threading
import uuid

from flask import Flask, jsonify, render_template, request

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=10000",
    "PRAGMA foreign_keys=ON",
)
TABLES = """
CREATE TABLE IF NOT EXISTS rows (
  id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS rows_kind ON rows (kind, at);
CREATE TABLE IF NOT EXISTS inserted (
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, kind INTEGER NOT NULL, at TEXT NOT NULL,
  name TEXT NOT NULL, email TEXT NOT NULL);
"""
FEW = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ kind }}</title></head><body>
<h1>Rows of kind {{ kind }}</h1>
<ul>
{%- for id, name, at in rows %}
<li><a href="/rows/{{ id }}">{{ name }}</a> <time>{{ at }}</time></li>
{%- endfor %}
</ul></body></html>
"""

app = Flask(__name__)
TEMPLATE = app.jinja_env.from_string(FEW)
mine = threading.local()


def connection() -> sqlite3.Connection:
    """This thread's own."""
    if not hasattr(mine, "connection"):
        mine.connection = connect()
    kept: sqlite3.Connection = mine.connection
    return kept


def connect() -> sqlite3.Connection:
    """A new one."""
    made = sqlite3.connect(os.environ["REFERENCE"], isolation_level=None, timeout=10)
    for pragma in PRAGMAS:
        made.execute(pragma)
    return made


def fill() -> None:
    """Fifty kinds of a hundred rows each, once."""
    made = connect()
    made.execute("BEGIN IMMEDIATE")
    for statement in TABLES.split(";"):
        made.execute(statement)
    if made.execute("SELECT 1 FROM rows").fetchone() is None:
        made.executemany(
            "INSERT INTO rows (kind, name, at) VALUES (?, ?, ?)",
            [(n % 50, f"Row number {n}", f"2027-03-{n % 28 + 1:02}") for n in range(5000)],
        )
    made.execute("COMMIT")
    made.close()


@app.get("/page")
def page() -> str:
    """One indexed query, one small template of ten rows."""
    kind = request.args.get("kind", 7, int)
    found = connection().execute(
        "SELECT id, name, at FROM rows WHERE kind = ? ORDER BY at LIMIT 10", (kind,)
    )
    return render_template(TEMPLATE, kind=kind, rows=found.fetchall())


@app.post("/insert")
def insert() -> object:
    """One row, durable."""
    body = request.get_json()
    row = (str(uuid.uuid4()), body["ambassador"], body["start"])
    connection().execute(
        "INSERT INTO inserted (uid, kind, at, name, email) VALUES (?, ?, ?, ?, ?)",
        (*row, body["prospect"]["name"], body["prospect"]["email"]),
    )
    return jsonify(id=row[0], start=row[2]), 201


if "REFERENCE" in os.environ:
    fill()
