"""iCalendar as ical.js reads it: another parser, in another language."""

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from py_mini_racer import MiniRacer

SOURCE = Path(__file__).parent / "vendor" / "ical.js"
# jCal (RFC 7265) of every component, with what ical.js makes of dates: seconds since 1970.
PROGRAM = """
function told(value) {
  if (value instanceof ICAL.Time) {
    const zone = value.zone === ICAL.Timezone.utcTimezone ? "UTC" : value.zone.tzid;
    return {zone: zone, seconds: value.isDate ? null : value.toUnixTime(), text: value.toString()};
  }
  if (value instanceof ICAL.Period) {
    return {start: told(value.start), end: told(value.getEnd())};
  }
  return value instanceof ICAL.Duration ? {seconds: value.toSeconds()} : String(value);
}
function parameters(property) { return property.toJSON()[1]; }
function component(one) {
  const properties = one.getAllProperties().map(function (property) {
    return [property.name.toUpperCase(), parameters(property), property.getValues().map(told)];
  });
  return {
    kind: one.name.toUpperCase(),
    properties: properties,
    inside: one.getAllSubcomponents().map(component),
  };
}
function read(text) {
  ICAL.design.strict = true;
  return JSON.stringify(component(new ICAL.Component(ICAL.parse(text))));
}
"""


class Property(NamedTuple):
    """A property: its parameters by name (in lower case), and its values.

    A date is {"zone", "seconds" (None for a date alone), "text"}, a period {"start", "end"} of
    such, a duration {"seconds"}; anything else is a text, unescaped.
    """

    name: str
    params: dict[str, str]
    values: list[Any]

    @property
    def value(self) -> Any:
        """The only value."""
        (value,) = self.values
        return value


class Component(NamedTuple):
    """A component and those inside it."""

    kind: str
    properties: list[Property]
    inside: list["Component"]

    def all(self, name: str) -> list[Property]:
        """The properties of that name."""
        return [one for one in self.properties if one.name == name]

    def one(self, name: str) -> Property:
        """The only property of that name."""
        (found,) = self.all(name)
        return found

    def zones(self) -> set[str]:
        """The zones of all dates, here and inside."""
        values = [value for one in self.properties for value in one.values]
        periods = [part for one in values if isinstance(one, dict) for part in one.values()]
        dates = [one for one in (*values, *periods) if isinstance(one, dict) and "zone" in one]
        return {one["zone"] for one in dates}.union(*(one.zones() for one in self.inside))


def read(ics: bytes) -> Component:
    """What ical.js reads; an AssertionError when it cannot."""
    text = json.dumps(ics.decode())
    try:
        # Closed each time: an engine that is still there at the end can keep Python from ending.
        with MiniRacer() as engine:
            engine.eval(_program())
            found = engine.eval(f"read({text})")
    except Exception as fault:
        said = str(fault).partition("\n")[0]
        raise AssertionError(f"ical.js cannot read it: {said}") from None
    return _component(json.loads(str(found)))


@cache
def _program() -> str:
    return SOURCE.read_text("utf-8") + PROGRAM


def _component(raw: dict[str, Any]) -> Component:
    properties = [Property(*one) for one in raw["properties"]]
    return Component(raw["kind"], properties, [_component(one) for one in raw["inside"]])
