"""What pages say again and again: of the same things a macro says the same, so it is asked once.

A week of an ambassador who is free all day has 375 times, and the next reader's week the same.
"""

from collections.abc import Hashable, Sequence

from flask import Flask
from jinja2 import Environment, pass_environment
from jinja2.runtime import Macro

from ambassadors.web.speaking import language

KEPT = 4096  # texts in each process, of some 900 bytes

_texts: dict[Hashable, str] = {}


def register(app: Flask) -> None:
    """Adds `each_again` to the names of templates."""
    app.add_template_global(each_again)


@pass_environment
def each_again(
    environment: Environment, macro: Macro, things: Sequence[Hashable], *given: Hashable
) -> list[str]:
    """What a macro says of each thing and what is given, in the reader's language.

    The macro may look at nothing else, and its name is one that no other given macro has.
    """
    if environment.auto_reload:  # somebody is at work on the templates
        return [macro(one, *given) for one in things]
    same = (macro.name, language().locale, *given)
    return [_texts.get((same, one)) or _keep((same, one), macro(one, *given)) for one in things]


def _keep(key: Hashable, text: str) -> str:
    if len(_texts) >= KEPT:
        _texts.clear()
    _texts[key] = text
    return text
