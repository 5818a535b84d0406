"""Lists of time zones to choose from, in the reader's language."""

from functools import lru_cache
from itertools import groupby

from markupsafe import Markup

from ambassadors.core import moments, zones
from ambassadors.core.said import Language, said, say
from ambassadors.web.speaking import language

# The first parts of zones' names.
REGIONS = {
    "Africa": said("Africa"),
    "America": said("America"),
    "Antarctica": said("Antarctica"),
    "Arctic": said("Arctic"),
    "Asia": said("Asia"),
    "Atlantic": said("Atlantic"),
    "Australia": said("Australia"),
    "Europe": said("Europe"),
    "Indian": said("Indian"),
    "Pacific": said("Pacific"),
}


def zone_options(chosen: str = "") -> Markup:
    """The options of a list of zones, by region; `chosen` is today's name of one, or empty."""
    options = _zone_options(language())
    if not chosen:
        return options
    value = f"value={chosen}>"
    # Of our own names only; Markup's own replace would escape the bracket.
    return Markup(str(options).replace(value, f"{value[:-1]} selected>", 1))  # noqa: S704


@lru_cache(maxsize=16)
def _zone_options(language: Language) -> Markup:
    """Every zone, none selected; made once for a language because it never changes while we run.

    Four hundred lines on every page with times, so without the quotes and ends that HTML allows
    to be left out; names of zones need none.
    """
    groups = []
    for region, names in groupby(zones.offered(), key=lambda name: name.partition("/")[0]):
        inside = Markup().join(
            Markup("<option value={}>{}").format(name, _zone_label(name, language))
            for name in names
        )
        title = say(REGIONS.get(region, region), language)
        groups.append(Markup('<optgroup label="{}">{}</optgroup>').format(title, inside))
    return Markup().join(groups)


def _zone_label(name: str, language: Language) -> str:
    """ "Buenos Aires, Argentina" for America/Argentina/Buenos_Aires."""
    if language.locale != "en":
        return moments.city(name, language)
    if name == "America/New_York":
        return "New York, Boston"
    parts = name.replace("_", " ").split("/")
    return ", ".join(reversed(parts[1:])) or name
