"""Templates are compiled once a process, however many apps it makes: tests make one each."""

from types import CodeType

from flask import Flask
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


def register(app: Flask) -> None:
    """Environments of one process are alike: the same filters, globals and extensions."""
    app.jinja_env.bytecode_cache = SHARED
