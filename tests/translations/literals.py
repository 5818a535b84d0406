"""Finds text for people in Python that no catalog would hold: literals outside of the words that
mark it (`said`, `gettext` and their kind, see `core/said.py`).
"""

import ast
import re
from collections.abc import Iterator

MARKS = {"said", "said_n", "pattern", "pattern_n", "term", "gettext", "ngettext", "pgettext"}
MARKS |= {"npgettext", "lazy_gettext", "lazy_ngettext", "_"}
# What is said with these is read by people, whatever it looks like.
SPOKEN_TO = {"Refused", "flash", "speak"}
SPOKEN_AS = {"label", "title", "hint", "text", "words", "subject", "headline"}
# What these are given is for programmers, operators' logs, databases and readers of the API.
LOGS = {"debug", "info", "warning", "error", "exception", "critical"}
MACHINES = {"ValueError", "TypeError", "KeyError", "LookupError", "RuntimeError", "OSError"}
MACHINES |= {"TimeoutError", "NotImplementedError", "AssertionError", "AttributeError"}
MACHINES |= {"Field", "documented", "text", "compile", "TypeVar", "cast"}
MACHINES |= {"CheckConstraint", "UniqueConstraint", "Index", "execute", "getLogger", "get_logger"}
MACHINES |= {"count_text"}  # is given the key of what it counts

SENTENCE = re.compile(
    r"^\W*[A-Z].* [a-z]{2}"  # begins with a capital letter and goes on with small words
    r"|[a-z]{2,} [a-z]{2,}"  # two small words
    r"|\{\}.* [a-z]{3,}[.,;:]"  # something filled in, and then words
    r"| [a-z]{2,} .*\{\}"  # words, and then something filled in
)
LABEL = re.compile(r"^[A-Z][a-z]{2,}$")  # one word, as on a button or above a column
# SQL, markup, headers of answers; lists of names in code.
NOT_SAID = re.compile(r"\s*(SELECT |PRAGMA|SAVEPOINT|ROLLBACK|RELEASE|<[?a-z]|default-src)")
LETTER = re.compile(r"[^\W\d_]")


def unmarked(source: str) -> list[tuple[int, str]]:
    """Lines with the text in them that reads as if it were for people; filled in parts are {}."""
    return sorted(_look(ast.parse(source)))


def _look(node: ast.AST, always: bool = False) -> Iterator[tuple[int, str]]:
    """`always`: whatever stands here is said to people, even one small word."""
    if isinstance(node, ast.Constant | ast.JoinedStr):
        yield from _literal(node, always)
    elif isinstance(node, ast.Call):
        yield from _call(node)
    elif isinstance(node, ast.IfExp | ast.BoolOp):
        yield from _branches(node, always)
    else:
        for child in _told(node):
            yield from _look(child)


def _literal(node: ast.Constant | ast.JoinedStr, always: bool) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.JoinedStr):
        parts = [one.value if isinstance(one, ast.Constant) else "{}" for one in node.values]
        text = "".join(map(str, parts))
        for one in node.values:
            if isinstance(one, ast.FormattedValue):
                yield from _look(one.value)
    else:
        text = node.value if isinstance(node.value, str) else ""
    read = SENTENCE.search(text) or LABEL.match(text) or (always and LETTER.search(text))
    if read and not NOT_SAID.match(text):
        yield node.lineno, text


def _call(node: ast.Call) -> Iterator[tuple[int, str]]:
    name = _name(node.func)
    yield from _look(node.func)
    if name in MACHINES or (name in LOGS and isinstance(node.func, ast.Attribute)):
        return
    for place, one in enumerate(node.args):
        if not (name in MARKS and isinstance(one, ast.Constant)):
            yield from _look(one, always=name in SPOKEN_TO and place == 0)
    for word in node.keywords:
        yield from _look(word.value, always=word.arg in SPOKEN_AS)


def _branches(node: ast.IfExp | ast.BoolOp, always: bool) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _look(value, always)
        return
    yield from _look(node.test)
    for branch in (node.body, node.orelse):
        yield from _look(branch, always)


def _told(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of code that can hold text for people: no docstrings, types, keys, names."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    if isinstance(node, ast.Assign | ast.AnnAssign) and _is_code(node):
        return
    if isinstance(node, ast.Assert):
        return
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "slice") or (
            name == "keys" and isinstance(node, ast.Dict)
        ):
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, ast.AST):
                yield one


def _is_code(node: ast.Assign | ast.AnnAssign) -> bool:
    """`__all__`, and types written as text."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    alias = isinstance(node, ast.AnnAssign) and _name(node.annotation) == "TypeAlias"
    return alias or any(_name(one) == "__all__" for one in targets)


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
