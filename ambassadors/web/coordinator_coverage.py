"""The coverage map: where people look for somebody and nobody is free, and who could be."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, render_template, request
from flask_babel import get_locale
from markupsafe import Markup, escape

from ambassadors.core.coverage import BLOCK, BLOCKS, CELLS
from ambassadors.core.csvs import write_table
from ambassadors.core.gaps import Gap
from ambassadors.core.interests import Vocabulary
from ambassadors.core.moments import WEEKDAYS, city
from ambassadors.core.refused import Refused
from ambassadors.core.said import Language, said, said_n, say, shown
from ambassadors.core.wording import weekday_text
from ambassadors.core.zones import canonical
from ambassadors.extensions import db
from ambassadors.services import coverage
from ambassadors.services.coverage import PERIODS, Cell, Line, Map
from ambassadors.services.programme import vocabulary
from ambassadors.services.today import programme_zone
from ambassadors.web import access
from ambassadors.web.speaking import speak

HERE = "/coordinator/coverage"
MOST_ZONES = 20
WIDE = 5  # people without anybody: a gap that is filled first
SOME, MANY = 6, 24  # bookable hours of a cell in four weeks: the shades
EXPORTED = (
    *("interest", "weekday", "from", "to", "zone", "state", "free_hours", "asked", "waiting"),
    *("searched_in_vain", "booked"),
)

pages = Blueprint("coordinator_coverage", __name__, url_prefix=HERE)
pages.before_request(access.coordinator_only)


def register(app: Flask) -> None:
    """Adds what the map says to templates."""
    for one in (cell_text, cell_name, gap_text, hours_text, level_of, map_cells):
        app.add_template_filter(one)
    app.add_template_global(zone_choices)
    app.register_blueprint(pages)


@pages.get("")
def show() -> str:
    """The whole map, or the week of one interest."""
    wanted = read_wanted()
    known = vocabulary(db.session())
    interest = read_interest(known)
    drawn = draw(wanted)
    lines = {line.key: line for line in drawn.lines}
    return render_template(
        "coordinator/coverage.html",
        map=drawn,
        line=lines[interest] if "interest" in request.args else None,
        vocabulary=known,
        query=query_of(wanted),
        periods=PERIODS,
        home=programme_zone(db.session()),
        weekdays=[shown(weekday_text, weekday) for weekday in range(7)],
        blocks=[clocks_of(block) for block in range(BLOCKS)],
    )


@pages.get("/people")
def people() -> str:
    """Who stands behind a cell: ambassadors, requests, searches."""
    (zone, days), session, now = read_wanted(), db.session(), datetime.now(UTC)
    known = vocabulary(session)
    interest, cell = read_interest(known), read_cell()
    return render_template(
        "coordinator/coverage_people.html",
        behind=coverage.find_behind(session, now, zone, days, interest, cell),
        label=known.item(interest).short if interest else said("All interests"),
        interest=interest,
        cell=cell,
        zone=zone,
        days=days,
        query=query_of((zone, days)),
        vocabulary=known,
        now=now,
    )


@pages.get("/map.csv")
def export() -> Response:
    """Every cell as a row."""
    drawn = draw(read_wanted())
    text = write_table(EXPORTED, rows_of(drawn))
    headers = {"Content-Disposition": "attachment; filename=coverage.csv"}
    return Response(text, mimetype="text/csv", headers=headers)


def draw(wanted: tuple[str, int]) -> Map:
    """The map as it is asked for."""
    zone, days = wanted
    return coverage.draw(db.session(), datetime.now(UTC), zone, days)


def read_wanted() -> tuple[str, int]:
    """By whose clock, and how many days of demand; what makes no sense is as usual."""
    zone = canonical(request.args.get("zone", "")) or programme_zone(db.session())
    days = request.args.get("days", "")
    return zone, int(days) if days in map(str, PERIODS) else PERIODS[0]


def query_of(wanted: tuple[str, int]) -> str:
    """The same as the query of an address."""
    return urlencode({"zone": wanted[0], "days": wanted[1]}, safe="/")


def read_interest(known: Vocabulary) -> str:
    """The interest that is asked for, "" for all; refused (404) when there is none such."""
    key = request.args.get("interest", "")
    if key and not known.knows(key):
        raise Refused(said("The programme has no such interest."), status=404)
    return key


def read_cell() -> int | None:
    """The cell that is asked for, None for the whole week; refused (404) when there is none."""
    text = request.args.get("cell", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 3 and int(text) < CELLS):
        raise Refused(said("There is no such hour."), status=404)
    return int(text)


def clocks_of(block: int) -> str:
    """ "9–12" for a block of the day."""
    return f"{block * BLOCK // 60}–{(block + 1) * BLOCK // 60}"


@lru_cache(maxsize=CELLS + 1)
def cell_name(cell: int | None) -> str:
    """ "Tuesday 9–12"."""
    if cell is None:
        return said("the whole week")
    return said(
        "{day} {hours}", day=shown(weekday_text, cell // BLOCKS), hours=clocks_of(cell % BLOCKS)
    )


def hours_text(hours: float) -> str:
    """ "no hour", "1 hour", "2.5 hours"."""
    if not hours:
        return said("no hour")
    return said_n("1 hour", "{hours:.4g} hours", 1 if hours == 1 else 2, hours=hours)


def cell_text(cell: Cell) -> str:
    """A cell in words: "3 without anybody, no hour free, 2 chats booked"."""
    parts = [said("{count} without anybody", count=cell.unmet)] if cell.unmet else []
    parts.append(said("{hours} free", hours=hours_text(cell.hours)))
    if cell.booked:
        parts.append(said_n("{count} chat booked", "{count} chats booked", cell.booked))
    return shown(commas, tuple(parts))


def commas(parts: Sequence[str], language: Language) -> str:
    """Parts of a sentence, one after the other."""
    between = "，" if language.locale.startswith("zh") else ", "
    return between.join(str(say(one, language)) for one in parts)


def gap_text(gap: Gap, known: Vocabulary, days: int) -> str:
    """ "7 look for Thesis + Robotics; no hour is free." """
    labels = " + ".join(speak(known.item(key).short) for key in gap.interests)
    asked = said_n(
        "{count} looks for {interests}", "{count} look for {interests}", gap.count, interests=labels
    )
    if not gap.able and len(gap.interests) > 1:
        return said("{asked}; no ambassador knows both.", asked=asked)
    if not gap.able:
        return said("{asked}; no ambassador knows it.", asked=asked)
    if not gap.all_hours:
        return said("{asked}; no hour is free.", asked=asked)
    if not gap.hours:
        return said("{asked}; no hour is free while they are awake.", asked=asked)
    return said_n(
        "{asked}; only {hours} is free.",
        "{asked}; only {hours} are free.",
        1 if gap.hours == 1 else 2,
        asked=asked,
        hours=hours_text(gap.hours),
    )


def map_cells(line: Line, query: str) -> Markup:
    """A line's cells, written out: there are thousands on the page, most of them empty."""
    parts, locale = [], str(get_locale())
    address = escape(f"{HERE}/people?{query}&interest={line.key}&cell=")
    for place, cell in enumerate(line.cells):
        first, state = " map-day" if place % BLOCKS == 0 else "", cell.state
        if state == "none":
            parts.append(f'<td class="{first[1:]}"></td>' if first else "<td></td>")
            continue
        stop = "" if state == "gap" else " tabindex=-1"
        text = cell_label(locale, place, cell)
        parts.append(
            f'<td class="cell {level_of(cell, state)}{first}"><a href="{address}{place}"'
            f' title="{text}" aria-label="{text}"{stop}>{cell.unmet or ""}</a></td>'
        )
    return Markup("".join(parts))  # noqa: S704 - of numbers, weekdays and our own keys


@lru_cache(maxsize=10_000)  # what one map has, and the next one mostly has again
def cell_label(locale: str, place: int, cell: Cell) -> Markup:
    """A cell's place and counts in the reader's language, whose `locale` is."""
    return escape(speak(said("{hours}: {text}", hours=cell_name(place), text=cell_text(cell))))


def level_of(cell: Cell, state: str) -> str:
    """How a cell in this state is drawn: gaps in two shades, free hours in three."""
    if state == "gap" and cell.unmet >= WIDE:
        return "cell--gap-wide"
    if state != "free":
        return f"cell--{state}"
    return f"cell--free-{3 if cell.hours >= MANY else 2 if cell.hours >= SOME else 1}"


def zone_choices(drawn: Map, home: str) -> list[tuple[str, str]]:
    """The programme's own clock, and those of the people who have nobody, most first."""
    zones = dict.fromkeys([home, drawn.zone, *drawn.zones[:MOST_ZONES]])
    return [(name, zone_label(name, home)) for name in zones]


def zone_label(name: str, home: str) -> str:
    """A clock by its city; the programme's own says so."""
    place = shown(city, name)
    return said("{place} (ours)", place=place) if name == home else place


def rows_of(drawn: Map) -> Iterator[list[str]]:
    """One row a cell."""
    for line in drawn.lines:
        for place, cell in enumerate(line.cells):
            begin = place % BLOCKS * BLOCK // 60
            yield [
                line.key or "all",
                WEEKDAYS[place // BLOCKS],
                f"{begin:02}:00",
                f"{begin + BLOCK // 60:02}:00",
                drawn.zone,
                cell.state,
                f"{cell.hours:.2f}",
                *(str(count) for count in (cell.asked, cell.waiting, cell.searched, cell.booked)),
            ]
