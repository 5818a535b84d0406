"""Figures in words, in English and as Babel says them elsewhere."""

from types import SimpleNamespace

import pytest

from ambassadors.core.wording import work_text


@pytest.mark.parametrize(
    ("minutes", "english", "spanish"),
    [
        (0, "0 min", "0 minutos"),
        (45, "45 min", "45 minutos"),
        (60, "1 h", "1 hora"),
        (1200, "20 h", "20 horas"),
        (150, "2 h 30 min", "2 horas 30 minutos"),
    ],
)
def test_minutes_of_work_are_said_as_hours(minutes: int, english: str, spanish: str) -> None:
    assert work_text(minutes) == english
    assert work_text(minutes, SimpleNamespace(locale="es")) == spanish  # type: ignore[arg-type]
