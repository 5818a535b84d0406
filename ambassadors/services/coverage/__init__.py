"""The coverage map of the service: what was asked for lately, what can be booked soon."""

from ambassadors.services.coverage.behind import Behind, find_behind
from ambassadors.services.coverage.drawing import Cell, Line, Map, draw
from ambassadors.services.coverage.reading import PERIODS, Wanting

__all__ = ["PERIODS", "Behind", "Cell", "Line", "Map", "Wanting", "draw", "find_behind"]
