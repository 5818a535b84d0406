"""Somebody's iCalendar → when they are busy, within limits; titles and places are never looked at.

docs/decisions/foreign-calendars.md says why this reads for itself what it needs of RFC 5545.
"""

from ambassadors.core.calendars.reading import Busy, busy_spans

__all__ = ["Busy", "busy_spans"]
