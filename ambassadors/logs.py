"""What is logged, and what never is: addresses, links and tokens are masked in every line.

Logs go to standard error: standard output belongs to what commands print.
"""

import logging
import re
import sys
from typing import Any

import structlog

# Everything that could be an address, and every run of letters long enough to be a secret.
ADDRESS = re.compile(r"(\w)[\w.+-]*@(?=[\w-])")
SECRET = re.compile(r"\b[A-Za-z0-9_-]{40,}={0,2}")


def mask(text: str) -> str:
    """The text with secrets replaced and of each address only the first letter and the domain."""
    return SECRET.sub("…", ADDRESS.sub(r"\1…@", text))


class MaskingFormatter(logging.Formatter):
    """For the standard library's loggers, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))


def mask_line(logger: Any, name: str, line: Any) -> str:
    """The last of structlog's processors: what it gets is the finished line."""
    return mask(str(line))


def configure(production: bool) -> None:
    """Sets both kinds of loggers up: lines for people in development, JSON in production."""
    renderer: Any = structlog.dev.ConsoleRenderer(
        colors=False, exception_formatter=structlog.dev.plain_traceback
    )
    if production:
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([tracebacks()] if production else []),
            renderer,
            mask_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=stderr_logger,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(MaskingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def tracebacks() -> Any:
    """Tracebacks as JSON without the values of variables, which may be somebody's password."""
    without_values = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    return structlog.processors.ExceptionRenderer(without_values)


def stderr_logger(*arguments: Any) -> structlog.PrintLogger:
    """Standard error as it is when the line is written, for tests put another one there."""
    return structlog.PrintLogger(sys.stderr)
