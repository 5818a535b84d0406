"""ical.js, an engine written apart from ours, run by V8: when events are, in UTC.

`tests/vendor/README.md` says which ical.js. Zones are given to it as VTIMEZONEs of the calendar.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from py_mini_racer import MiniRacer

LIBRARY = Path(__file__).parent.parent / "vendor" / "ical.js"
EXPAND = """
function expand(text, start, end) {
  const component = new ICAL.Component(ICAL.parse(text));
  for (const zone of component.getAllSubcomponents('vtimezone'))
    ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  const events = component.getAllSubcomponents('vevent');
  const found = [];
  for (const master of events.filter(one => !one.hasProperty('recurrence-id'))) {
    const uid = master.getFirstPropertyValue('uid');
    const exceptions = events.filter(one => one.hasProperty('recurrence-id')
      && one.getFirstPropertyValue('uid') === uid);
    const event = new ICAL.Event(master, {exceptions});
    const steps = event.iterator();
    for (let n = 0, next; n < 5000 && (next = steps.next());) {
      n++;
      const one = event.getOccurrenceDetails(next);
      const begin = one.startDate.toUnixTime(), until = one.endDate.toUnixTime();
      if (next.toUnixTime() > end + 40 * 86400) break;
      if (begin < end && until > start) found.push([begin, until]);
    }
  }
  ICAL.TimezoneService.reset();
  return JSON.stringify(found);
}
"""


@contextmanager
def engine() -> Iterator[MiniRacer]:
    """V8 with ical.js in it."""
    with MiniRacer() as context:
        context.eval(LIBRARY.read_text("utf-8"))
        context.eval(EXPAND)
        yield context


def expand(context: MiniRacer, ics: bytes, start: datetime, end: datetime) -> list[tuple]:
    """The instances that lie in the window at least in part, as pairs of UTC datetimes."""
    arguments = json.dumps([ics.decode(), int(start.timestamp()), int(end.timestamp())])
    found = json.loads(context.eval(f"expand(...{arguments})"))
    return [tuple(datetime.fromtimestamp(edge, UTC) for edge in pair) for pair in found]
