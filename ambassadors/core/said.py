"""English sentences that can be said again in the reader's language.

A `Said` is a plain string, the English sentence; it also remembers the sentence's pattern and what
was filled in, so that the edge which knows the reader can say it in theirs. Below the edges
nothing else changes: it is compared, hashed, stored and pickled as the string it is.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol


class Language(Protocol):
    """One language: its locale (`zh_Hans`) and its sentences, by the English ones."""

    locale: str

    def gettext(self, message: str) -> str: ...

    def ngettext(self, singular: str, plural: str, number: int) -> str: ...

    @property
    def retell(self) -> Callable[[str], str]:
        """Says a sentence that was stored in English."""


class English:
    """The language that everything is written in."""

    locale = "en"

    def gettext(self, message: str) -> str:
        return message

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return singular if number == 1 else plural

    def retell(self, text: str) -> str:
        return text


ENGLISH: Language = English()


class Sayable(str):
    """English text that knows itself in other languages as well."""

    def in_language(self, language: Language) -> str:
        """The same in that language."""
        return str(self)


class Said(Sayable):
    """A sentence made from its pattern by `said` or `said_n`."""

    template: str
    plural: str | None
    number: int
    values: Mapping[str, object] | None  # None: the pattern is said as it is, braces and all

    def in_language(self, language: Language) -> str:
        """The pattern in that language, with what is filled in said in it, too."""
        if self.plural is None:
            pattern = language.gettext(self.template)
        else:
            pattern = language.ngettext(self.template, self.plural, self.number)
        if self.values is None:
            return pattern
        return pattern.format_map({key: say(one, language) for key, one in self.values.items()})


class Term(Sayable):
    """A word of the programme's vocabulary; `inside` a sentence it may begin small."""

    template: str
    inside: bool

    def in_language(self, language: Language) -> str:
        """The word in that language, or as it is where that language has none for it."""
        word = language.gettext(self.template)
        return uncapitalised(word) if self.inside else word


class Stored(Sayable):
    """A sentence that was said and stored: a row keeps its English text alone."""

    def in_language(self, language: Language) -> str:
        """The same in that language, if it knows what made it."""
        return language.retell(str(self))


class Shown(Sayable):
    """What a function writes, such as a date: it takes the language as its last argument."""

    function: Callable[..., str]
    arguments: tuple[object, ...]

    def in_language(self, language: Language) -> str:
        """The same, written in that language."""
        return self.function(*self.arguments, language)


def said(template: str, /, **values: object) -> Said:
    """A sentence whose `{name}` are filled in. The pattern must be written out where it is said,
    so that it is found for translation, or be marked by `pattern`.
    """
    sentence = Said(template.format_map(values) if values else template)
    sentence.template, sentence.plural, sentence.number = template, None, 0
    sentence.values = values or None
    return sentence


def said_n(singular: str, plural: str, count: int, /, **values: object) -> Said:
    """A sentence about a number of things, `{count}` of them."""
    values = {"count": count, **values}
    sentence = Said((singular if count == 1 else plural).format_map(values))
    sentence.template, sentence.plural, sentence.number = singular, plural, count
    sentence.values = values
    return sentence


def pattern(text: str) -> str:
    """Marks a pattern for translation where it is written, for `said` to say elsewhere."""
    return text


def pattern_n(singular: str, plural: str) -> tuple[str, str]:
    """The same for a sentence about a number of things, for `said_n`."""
    return singular, plural


def term(word: str, inside: bool = False) -> Term:
    """A word that comes from data, such as an interest's label, not from code."""
    found = Term(uncapitalised(word) if inside else word)
    found.template, found.inside = word, inside
    return found


def shown(function: Callable[..., str], *arguments: Any) -> Shown:
    """What a function of a module writes in English now, and in other languages when asked."""
    found = Shown(function(*arguments, ENGLISH))
    found.function, found.arguments = function, arguments
    return found


def together(*sentences: str) -> Shown:
    """Sentences one after the other."""
    return shown(_joined, sentences)


def _joined(sentences: tuple[str, ...], language: Language) -> str:
    between = "" if language.locale.startswith(("zh", "ja")) else " "
    return between.join(str(say(one, language)) for one in sentences if one)


def say(text: object, language: Language) -> object:
    """Whatever it is, in that language if it can be said in it."""
    return text.in_language(language) if isinstance(text, Sayable) else text


def uncapitalised(label: str) -> str:
    """A label inside a sentence: “Thesis option” → “thesis option”, “CAD and …” stays."""
    first = label.split(maxsplit=1)[0] if label.strip() else ""
    return label[:1].lower() + label[1:] if first[1:].islower() else label
