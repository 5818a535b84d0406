"""Why somebody is a match, or is not, in words: one pair of sentences per family."""

from typing import NamedTuple

from ambassadors.core.interests import Family, Item
from ambassadors.core.said import Said, Sayable, pattern, said, term


class Phrases(NamedTuple):
    """What is said of an ambassador who has an interest, and of one who has not."""

    reason: str
    miss: str
    proper: bool = False  # names of people's making: “Flex” stays “Flex” inside a sentence


PHRASES: dict[str, Phrases] = {
    "research-center": Phrases(
        pattern("Works in the {name}"), pattern("Has not worked in the {name}"), proper=True
    ),
    "track": Phrases(pattern("Is taking the {name}"), pattern("Is not taking the {name}")),
    "industry": Phrases(
        pattern("Knows the {name} industry"), pattern("Has no experience with the {name} industry")
    ),
    "coop-employer": Phrases(
        pattern("Did a co-op at {name}"), pattern("Has not done a co-op at {name}"), proper=True
    ),
    "component": Phrases(pattern("Has studied {name}"), pattern("Has not studied {name} so far")),
    "topic": Phrases(
        pattern("Can tell you about {name}"), pattern("Has not worked on {name} so far")
    ),
    "goal": Phrases(
        pattern("Shares your goal: {name}"), pattern("Has not named this goal: {name}")
    ),
    "certificate": Phrases(
        pattern("Is earning the {name}"), pattern("Is not earning the {name}"), proper=True
    ),
    "discipline": Phrases(pattern("Is at home in {name}"), pattern("Does not come from {name}")),
    "background": Phrases(
        pattern("Has a first degree in {name}"), pattern("Has no first degree in {name}")
    ),
    "goal/industry-engineer": Phrases(
        pattern("Wants to be an engineer at a high-tech company"),
        pattern("Does not plan to be an engineer at a high-tech company"),
    ),
    "goal/government-manager": Phrases(
        pattern("Wants to be a manager at a government agency"),
        pattern("Does not plan to be a manager at a government agency"),
    ),
    "goal/doctorate": Phrases(
        pattern("Wants to do a PhD in advanced manufacturing"),
        pattern("Does not plan a PhD in advanced manufacturing"),
    ),
}
OTHERWISE = Phrases(
    pattern("Also named {name} ({family})"), pattern("Did not name {name} ({family})"), proper=True
)
# Where the label alone would not read well inside the sentence.
SPOKEN: dict[str, str] = {
    "industry/computers": pattern("computer"),
    "industry/chemical-processes": pattern("chemical process"),
    "industry/instruments": pattern("instrument"),
    "industry/power-energy": pattern("power and energy"),
    "topic/iot": pattern("the internet of things"),
}


def reason_text(family: Family, item: Item, most: bool) -> Said:
    """What speaks for an ambassador who has `item`: “Knows the aerospace industry”."""
    phrases = _phrases(family, item)
    return _sentence(phrases.reason, _name(phrases, item), family, most)


def miss_text(family: Family, item: Item, most: bool) -> Said:
    """What is said, kindly, when an ambassador lacks `item`."""
    phrases = _phrases(family, item)
    return _sentence(phrases.miss, _name(phrases, item), family, most)


def _phrases(family: Family, item: Item) -> Phrases:
    return PHRASES.get(item.key) or PHRASES.get(family.key, OTHERWISE)


def _sentence(template: str, name: Sayable, family: Family, most: bool) -> Said:
    sentence = said(template, name=name, family=term(family.label))
    if most:
        return said("{reason}, which you marked as mattering most", reason=sentence)
    return sentence


def _name(phrases: Phrases, item: Item) -> Sayable:
    if item.key in SPOKEN:
        return said(SPOKEN[item.key])
    if phrases.proper:
        return term(_telling(item))
    return term(item.label, inside=True)


def _telling(item: Item) -> str:
    """The short name when it says what it is; “the CHN” alone would puzzle a newcomer."""
    kinds = ("Center", "Institute", "Laboratory", "Cluster")
    return item.short if item.short.endswith(kinds) else item.label
