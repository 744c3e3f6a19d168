"""Structured logs on standard error, ours and those of the libraries alike, without personal data."""

import logging
import os
import re
import sys
import traceback
from collections.abc import Mapping
from typing import Any, Final, Literal, TextIO

import structlog
from msgspec import Struct
from structlog.typing import EventDict, Processor, WrappedLogger

from router.model.signs import escaped

PERSONAL: Final = frozenset({"customer_id", "recipient", "email", "subject", "value", "key"})
"""Names whose values are taken out of a log line, at any depth, in any case of letters."""

_MASK: Final = "[personal]"
_OF_SEVERAL_LINES: Final = frozenset({"exception", "stack"})
_OURS: Final = ("router", "consumers")
_REPEAT_SECONDS: Final = 10.0
_MOST_MESSAGES: Final = 1_000
# FastStream gives its loggers a handler of their own.
_WITH_OWN_HANDLERS: Final = ("faststream", "faststream.access.kafka")
# What databases say about a row: PostgreSQL's "Key (customer_id)=(c-1) exists", SQLAlchemy's "[parameters: …]".
_ROW: Final = re.compile(
    r"(?P<key>Key \([^()]*\)=\().*?(?=\)(?: |$))|(?P<parameters>\[parameters: ).*?(?=\]\s*(?:\(|$))",
    re.DOTALL,
)


def configure_logs(level: str, style: Literal["console", "json"], stream: TextIO | None = None) -> None:
    """Send all logs to `stream` (standard error): ours from `level`, those of libraries from WARNING.

    To be called once at start, after FastStream was imported; a second call replaces the first.
    """
    target = stream or sys.stderr
    handler = logging.StreamHandler(target)
    handler.addFilter(_Repeats())
    handler.setFormatter(_formatter(style, colours=target.isatty() and not os.environ.get("NO_COLOR")))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
    for name in _WITH_OWN_HANDLERS:
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = True
        logger.setLevel(logging.NOTSET)
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        # Loggers are made on import, before this is called.
        cache_logger_on_first_use=False,
    )


def without_personal_data(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A processor: masks what is known to be personal. The last line of defence, not a licence to log it.

    What could play tricks with a terminal is escaped, and what could pass for another line but in tracebacks.
    """
    return {
        escaped(name): _escaped(_masked(name, value), "\n\t" if name in _OF_SEVERAL_LINES else "")
        for name, value in event.items()
    }


def _escaped(value: Any, keep: str) -> Any:
    if isinstance(value, str):
        return escaped(value, keep)
    if isinstance(value, Mapping):
        return {escaped(name): _escaped(item, keep) for name, item in value.items()}
    if isinstance(value, list):
        return [_escaped(item, keep) for item in value]
    return value


class _Repeats(logging.Filter):
    """Lets a library say the same thing once a while: a Kafka client without its broker says it 1,000 times a second."""

    def __init__(self) -> None:
        super().__init__()
        self._logged_at: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.partition(".")[0] in _OURS:
            return True
        # The message before its arguments are put in: those differ from time to time.
        message = (record.name, str(record.msg))
        if record.created - self._logged_at.get(message, 0.0) < _REPEAT_SECONDS:
            return False
        if len(self._logged_at) >= _MOST_MESSAGES:
            self._logged_at.clear()
        self._logged_at[message] = record.created
        return True


def traced(error: BaseException, frames: int = 8) -> list[str]:
    """Where an error came from, innermost last, without its message: that may hold what customers told."""
    return [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)[-frames:]
    ]


def _masked(name: object, value: Any) -> Any:
    if isinstance(name, str) and name.lower() in PERSONAL:
        return _MASK
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        return {str(inner): _masked(inner, item) for inner, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(None, item) for item in value]
    # Of our own values only the type: any of their members may be personal, and a mask by name does not see inside.
    if isinstance(value, Struct | bytes):
        return f"[{type(value).__name__}]"
    return _ROW.sub(lambda match: (match["key"] or match["parameters"]) + _MASK, str(value))


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _formatter(style: Literal["console", "json"], *, colours: bool) -> logging.Formatter:
    renderer: Processor
    if style == "json":
        renderer = structlog.processors.JSONRenderer()
    else:
        # The pretty traceback of rich shows local variables, and those hold customers.
        renderer = structlog.dev.ConsoleRenderer(
            colors=colours, exception_formatter=structlog.dev.plain_traceback
        )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            without_personal_data,
            renderer,
        ],
    )
