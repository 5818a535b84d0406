"""Who came, and who is one person."""

import pytest

from ambassadors.core.afterwards import Outcome, disagree, person_key


@pytest.mark.parametrize(
    ("said", "verdict", "status", "differ"),
    [
        ("talked", "", "completed", False),
        ("talked", "", "confirmed", False),
        ("talked", "", "no_show", True),
        ("prospect-missed", "", "no_show", False),
        ("prospect-missed", "", "completed", True),
        ("ambassador-missed", "", "no_show", True),
        ("ambassador-missed", "", "completed", True),
        ("ambassador-missed", "talked", "completed", False),
        ("", "", "no_show", False),
    ],
)
def test_a_coordinator_is_asked_when_both_sides_differ(said, verdict, status, differ):
    assert disagree(said, verdict, status) is differ


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("Pat.Lee+aim@Example.org", "pat.lee@example.org"),
        ("p.a.t+x+y@googlemail.com", "pat@gmail.com"),
        ("pat@gmail.com", "pat@gmail.com"),
        ("+only@example.org", "+only@example.org"),
    ],
)
def test_addresses_of_one_mailbox_have_one_key(address, key):
    assert person_key(address) == key


def test_outcomes_are_told_apart_by_who_missed():
    assert [one.value for one in Outcome] == ["talked", "ambassador-missed", "prospect-missed"]
