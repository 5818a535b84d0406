"""Templates are compiled once a process, however many apps it makes: tests make one each.

And what they import finds the names it may use without looking at each.
"""

from collections import ChainMap
from collections.abc import KeysView, MutableMapping
from types import CodeType
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class SharedCode(BytecodeCache):
    """Compiled templates by their name and the hash of their text."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Gives a template the code that another app's environment made of the same text."""
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps what was just compiled."""
        if bucket.code is not None:
            self.kept[bucket.key, bucket.checksum] = bucket.code


SHARED = SharedCode()


class Names(ChainMap[str, Any]):
    """A template's globals over those of all; most have none of their own."""

    def keys(self) -> KeysView[str]:
        """Those of a dict, where that is all there are: the others are compared one by one."""
        own, shared = self.maps
        return super().keys() if own else shared.keys()


class Templates(Environment):
    """Flask's, for pages that import eight templates each: every import asks for all names."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of one template."""
        return Names({} if d is None else d, self.globals)


def register(app: Flask) -> None:
    """Environments of one process are alike: the same filters, globals and extensions."""
    app.jinja_env.bytecode_cache = SHARED
