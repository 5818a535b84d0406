"""Sentences that a row keeps in English are said in the reader's language."""

import pickle

from ambassadors.core.said import ENGLISH, Stored, said
from ambassadors.translations import SOURCE, catalog
from ambassadors.translations.retelling import retelling

SPANISH = {
    "": "Language: es",
    "Nothing was imported.": "No se importó nada.",
    "Event {number} ({when}): {clause}.": "Evento {number} ({when}): {clause}.",
    "it comes {count:,} times; only the first were read": "ocurre {count:,} veces",
    "{name} proposed this time.": "{name} propuso esta hora.",
    "{name} proposed this time. {name} waits.": "Lo propuso {name}.",
    "{place}: {text}": "{place} – {text}",
    "{count} more wait here.": "",
}
retell = retelling(SPANISH)


def test_a_whole_sentence_is_said_again():
    assert retell("Nothing was imported.") == "No se importó nada."


def test_what_was_filled_in_is_said_again_within_the_sentence():
    clause = said("it comes {count:,} times; only the first were read", count=20_000)
    stored = said("Event {number} ({when}): {clause}.", number=3, when="5 Jan", clause=clause)
    assert retell(str(stored)) == "Evento 3 (5 Jan): ocurre 20,000 veces."


def test_a_name_that_stands_there_twice_is_the_same_twice():
    assert [retell(f"Ana proposed this time. {name} waits.") for name in ("Ana", "Bo")] == [
        "Lo propuso Ana.",
        "Ana proposed this time. Bo waits.",
    ]


def test_what_people_typed_and_what_is_not_translated_stays():
    typed = ["", "My exam moved: sorry", "{name} proposed this time", "5 more wait here."]
    assert [retell(text) for text in typed] == typed


def test_a_stored_sentence_is_english_until_somebody_reads_it():
    stored = Stored("Ana proposed this time.")
    assert (stored, stored.in_language(ENGLISH), stored.in_language(catalog(SOURCE))) == (
        ("Ana proposed this time.",) * 3
    )
    assert stored.in_language(catalog("es")) == "Ana propuso esta hora."
    assert pickle.loads(pickle.dumps(stored)) == stored  # noqa: S301 - our own
