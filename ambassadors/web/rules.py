"""Rules of addresses whose builders are compiled when an address is first built from them.

Werkzeug compiles two functions for every rule when an app is made, for `url_for`. Here most
addresses are written out, so that nearly all of that would be for nothing: three quarters of the
time it takes to make an app, once in every worker and in every test.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Built = tuple[str, str]


class LazyRule(Rule):
    """A rule as any other; only its builders wait until they are asked for."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., Built]:
        compiled: list[Callable[..., Built]] = []
        make = super()._compile_builder

        def build(rule: Rule, **values: Any) -> Built:
            if not compiled:
                compiled.append(make(append_unknown))
            return compiled[0](rule, **values)

        return build
