"""Sentences that can be said again in another language."""

import json
import pickle

import pytest

from ambassadors.core.said import Said, Sayable, said, said_n, say, term


class Backwards:
    """A language without a country: every word is turned around, braces apart."""

    locale = "xx"

    def gettext(self, message: str) -> str:
        return f"<{message}>"

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return f"<one: {singular}>" if number == 1 else f"<many: {plural}>"


HERE = Backwards()


def test_a_sentence_is_the_english_one_wherever_it_goes():
    sentence = said("{name} has no time.", name="Ana")
    assert (sentence, hash(sentence)) == ("Ana has no time.", hash("Ana has no time."))
    assert json.dumps([sentence]) == '["Ana has no time."]'


def test_in_another_language_its_pattern_is_translated_and_filled_in():
    assert say(said("{name} has no time.", name="Ana"), HERE) == "<Ana has no time.>"
    assert say(said("Nobody has time {at all}."), HERE) == "<Nobody has time {at all}.>"


def test_sentences_and_terms_inside_a_sentence_are_translated_too():
    sentence = said("Knows the {name}: {why}", name=term("Thesis option", True), why=said("Really"))
    assert sentence == "Knows the thesis option: Really"
    assert say(sentence, HERE) == "<Knows the <Thesis option>: <Really>>"


@pytest.mark.parametrize(
    ("count", "english", "there"),
    [(1, "1 chat", "<one: 1 chat>"), (3, "3 chats", "<many: 3 chats>")],
)
def test_a_number_of_things_has_its_own_form(count, english, there):
    sentence = said_n("{count} chat", "{count} chats", count)
    assert (sentence, say(sentence, HERE)) == (english, there)


@pytest.mark.parametrize(
    "sentence", [said("Hi {x}", x=term("CAD")), said_n("one", "{count} more", 2), term("A", True)]
)
def test_pickled_and_back_it_still_knows_itself(sentence: Sayable):
    back = pickle.loads(pickle.dumps(sentence))  # noqa: S301
    assert (back, say(back, HERE)) == (sentence, say(sentence, HERE))


def test_what_is_no_sentence_stays_what_it_is():
    assert [say(one, HERE) for one in (7, None, "Ana")] == [7, None, "Ana"]
    assert isinstance(said("x"), Said)
