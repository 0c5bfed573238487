"""The log: one JSON object per line, on stderr. It never holds pictures, tokens or addresses."""

from __future__ import annotations

import json
import logging
import logging.config
import sys
import threading
from types import TracebackType
from typing import Any

import msgspec

LOGGER = "tenfold.serving"

_encode = msgspec.json.Encoder().encode
_log = logging.getLogger(LOGGER)


class JsonLines(logging.Formatter):
    """Formatter of records: the message becomes "event", `extra={"facts": {...}}` further fields.

    Every record becomes one line of ASCII or UTF-8 JSON; values that JSON cannot hold are replaced.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": round(record.created, 3),
            "level": record.levelname.lower(),
            "event": _message(record),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        try:
            return _encode(line).decode()
        except Exception:  # a lone surrogate, or an object of a library
            return json.dumps({name: _plain(value) for name, value in line.items()})


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # a library's arguments do not fit its own message
        return f"{_plain(record.msg)} {_plain(record.args)}"


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | int):
        return value
    try:
        return repr(value)
    except Exception:
        return f"a {type(value).__name__} that cannot be shown"


def start_logging(*, quiet: bool) -> None:
    """Send all messages of this process to the log, with libraries' warnings and uncaught
    exceptions. `quiet`: only warnings and errors."""
    logging.config.dictConfig(logging_setup(quiet=quiet))
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # no message if the log cannot be written
    sys.unraisablehook = _log_unraisable
    threading.excepthook = _log_thread


def log_uncaught(
    kind: type[BaseException], problem: BaseException, traceback: TracebackType | None
) -> None:
    """Log an uncaught exception, with the arguments of `sys.excepthook`."""
    _log.critical("fault", exc_info=(kind, problem, traceback))


def _log_unraisable(unraisable: sys.UnraisableHookArgs) -> None:
    if unraisable.exc_value is not None:
        log_uncaught(unraisable.exc_type, unraisable.exc_value, unraisable.exc_traceback)


def _log_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None:
        log_uncaught(ended.exc_type, ended.exc_value, ended.exc_traceback)


def logging_setup(*, quiet: bool) -> dict[str, Any]:
    """Configuration for logging.config.dictConfig."""

    def at(level: str) -> dict[str, Any]:
        return {"handlers": ["stderr"], "level": level, "propagate": False}

    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonLines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "loggers": {
            LOGGER: at("WARNING" if quiet else "INFO"),
            "uvicorn.error": at("ERROR"),  # it warns of each broken request
            "python_multipart": at("ERROR"),  # and of each broken form; both get their answer
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},  # any other library
    }
