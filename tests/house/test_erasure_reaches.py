"""A table that nobody has thought of is a table that an erasure forgets."""

from ambassadors import models
from ambassadors.extensions import Base
from ambassadors.services.privacy.reach import REACH


def test_every_table_says_how_an_erasure_deals_with_it() -> None:
    """Where this fails: ambassadors/services/privacy/reach.py says what to do."""
    assert models.__all__
    assert sorted(Base.metadata.tables) == sorted(REACH)
