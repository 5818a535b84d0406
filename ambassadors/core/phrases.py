"""Why somebody is a match, or is not, in words: one pair of sentences per family."""

from typing import NamedTuple

from ambassadors.core.interests import Family, Item


class Phrases(NamedTuple):
    """What is said of an ambassador who has an interest, and of one who has not."""

    reason: str
    miss: str
    proper: bool = False  # names of people's making: “Flex” stays “Flex” inside a sentence


PHRASES: dict[str, Phrases] = {
    "research-center": Phrases("Works in the {name}", "Has not worked in the {name}", proper=True),
    "track": Phrases("Is taking the {name}", "Is not taking the {name}"),
    "industry": Phrases("Knows the {name} industry", "Has no experience with the {name} industry"),
    "coop-employer": Phrases(
        "Did a co-op at {name}", "Has not done a co-op at {name}", proper=True
    ),
    "component": Phrases("Has studied {name}", "Has not studied {name} so far"),
    "topic": Phrases("Can tell you about {name}", "Has not worked on {name} so far"),
    "goal": Phrases("Shares your goal: {name}", "Has not named this goal: {name}"),
    "certificate": Phrases("Is earning the {name}", "Is not earning the {name}", proper=True),
    "discipline": Phrases("Is at home in {name}", "Does not come from {name}"),
    "background": Phrases("Has a first degree in {name}", "Has no first degree in {name}"),
    "goal/industry-engineer": Phrases(
        "Wants to be an engineer at a high-tech company",
        "Does not plan to be an engineer at a high-tech company",
    ),
    "goal/government-manager": Phrases(
        "Wants to be a manager at a government agency",
        "Does not plan to be a manager at a government agency",
    ),
    "goal/doctorate": Phrases(
        "Wants to do a PhD in advanced manufacturing",
        "Does not plan a PhD in advanced manufacturing",
    ),
}
OTHERWISE = Phrases("Also named {name} ({family})", "Did not name {name} ({family})", proper=True)
MATTERS_MOST = ", which you marked as mattering most"

# Where the label alone would not read well inside the sentence.
SPOKEN: dict[str, str] = {
    "industry/computers": "computer",
    "industry/chemical-processes": "chemical process",
    "industry/instruments": "instrument",
    "industry/power-energy": "power and energy",
    "topic/iot": "the internet of things",
}


def reason_text(family: Family, item: Item, most: bool) -> str:
    """What speaks for an ambassador who has `item`: “Knows the aerospace industry”."""
    phrases = _phrases(family, item)
    return _sentence(phrases.reason, _name(phrases, item), family, most)


def miss_text(family: Family, item: Item, most: bool) -> str:
    """What is said, kindly, when an ambassador lacks `item`."""
    phrases = _phrases(family, item)
    return _sentence(phrases.miss, _name(phrases, item), family, most)


def _phrases(family: Family, item: Item) -> Phrases:
    return PHRASES.get(item.key) or PHRASES.get(family.key, OTHERWISE)


def _sentence(template: str, name: str, family: Family, most: bool) -> str:
    said = template.format(name=name, family=family.label)
    return said + MATTERS_MOST if most else said


def _name(phrases: Phrases, item: Item) -> str:
    if item.key in SPOKEN:
        return SPOKEN[item.key]
    if phrases.proper:
        return _telling(item)
    return _uncapitalised(item.label)


def _telling(item: Item) -> str:
    """The short name when it says what it is; “the CHN” alone would puzzle a newcomer."""
    kinds = ("Center", "Institute", "Laboratory", "Cluster")
    return item.short if item.short.endswith(kinds) else item.label


def _uncapitalised(label: str) -> str:
    """A label inside a sentence: “Thesis option” → “thesis option”, “CAD and …” stays."""
    first = label.split(maxsplit=1)[0]
    return label[:1].lower() + label[1:] if first[1:].islower() else label
