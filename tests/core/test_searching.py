"""What is typed to search becomes words, and nothing but words."""

import pytest

from ambassadors.core.searching import Word, for_postgresql, for_sqlite, tag_of, words_of


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Larsen", [("larsen", True)]),
        ("Zoë Müller", [("zoe", True), ("muller", True)]),
        ("bo li", [("bo", False), ("li", False)]),
        ("bo* li", [("bo", True), ("li", False)]),
        ('"Larsen" film', [("larsen", False), ("film", True)]),
        ("sam_o@example.org", [("sam", True), ("o", False), ("example", True), ("org", True)]),
        ("'; DROP TABLE chats; --", [("drop", True), ("table", True), ("chats", True)]),
        ("% _ * ( ) \" : & | ! <->", []),
        ("a NOT b OR NEAR(c)", [("a", False), ("not", True), ("b", False), ("or", False),
                                ("near", True), ("c", False)]),
    ],
)  # fmt: skip
def test_words_are_read(typed: str, words: list[tuple[str, bool]]) -> None:
    assert words_of(typed) == tuple(Word(*one) for one in words)


def test_no_more_than_eight_words_are_looked_for() -> None:
    assert len(words_of("one two three four five six seven eight nine ten")) == 8


def test_each_database_is_asked_in_its_own_language() -> None:
    words, tags = words_of('nad* "or"'), (tag_of("track/co-op'\""),)
    assert for_sqlite(words, tags) == ('words : "nad" * AND words : "or" AND tags : "xtrackzcozop"')
    assert for_postgresql(words, tags) == "'nad':* & 'or' & '#xtrackzcozop'"
