"""Rules of addresses whose builders are compiled when an address is first built from them.

Werkzeug compiles two functions for every rule when an app is made, for `url_for`. Here most
addresses are written out, so that nearly all of that would be for nothing: three quarters of the
time it takes to make an app, once in every worker and in every test. What a rule is made of is
read once a process, for tests make many apps.
"""

from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.routing import BaseConverter, Rule
from werkzeug.routing.rules import RulePart

Built = tuple[str, str]
Parsed = tuple[list[RulePart], list[tuple[bool, str]], dict[str, BaseConverter]]

PARSED: dict[str, Parsed] = {}  # by the rule as it is written; all apps have the same converters


class LazyRule(Rule):
    """A rule as any other; only its builders wait until they are asked for."""

    def _parse_rule(self, rule: str) -> Iterable[RulePart]:
        if rule not in PARSED:
            before = len(self._trace)
            parts = list(super()._parse_rule(rule))
            PARSED[rule] = parts, self._trace[before:], dict(self._converters)
            return parts
        parts, trace, converters = PARSED[rule]
        self._trace += trace
        self._converters |= converters
        self.arguments |= converters.keys()
        return parts

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., Built]:
        compiled: list[Callable[..., Built]] = []
        make = super()._compile_builder

        def build(rule: Rule, **values: Any) -> Built:
            if not compiled:
                compiled.append(make(append_unknown))
            return compiled[0](rule, **values)

        return build
