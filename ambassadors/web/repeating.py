"""What pages say again and again: of the same things a macro says the same, so it is asked once.

A week of an ambassador who is free all day has 375 times, and the next reader's week the same.
"""

from collections.abc import Hashable

from flask import Flask
from jinja2 import Environment, pass_environment
from jinja2.runtime import Macro

from ambassadors.web.speaking import language

KEPT = 4096  # texts in each process, of some 900 bytes

_texts: dict[Hashable, str] = {}


def register(app: Flask) -> None:
    """Adds `again` to the names of templates."""
    app.add_template_global(again)


@pass_environment
def again(environment: Environment, macro: Macro, *given: Hashable) -> str:
    """What a macro says of what it is given, in the reader's language.

    The macro may look at nothing else, and its name is one that no other given macro has.
    """
    if environment.auto_reload:  # somebody is at work on the templates
        return macro(*given)
    key = (macro.name, language().locale, *given)
    text = _texts.get(key)
    if text is None:
        if len(_texts) >= KEPT:
            _texts.clear()
        text = _texts[key] = macro(*given)
    return text
