"""How tests are spread over workers: what is named as long is there."""

from config import ROOT
from tests.spreading import LONGEST


def test_every_file_that_is_named_as_long_exists():
    assert [name for name in LONGEST if not (ROOT / "tests" / name).exists()] == []
