"""The log: one JSON object a line, on stderr. It never holds pictures, tokens or addresses."""

from __future__ import annotations

import json
import logging
from typing import Any

import msgspec

LOGGER = "tenfold.serving"

_encode = msgspec.json.Encoder().encode


class JsonLines(logging.Formatter):
    """A record's message is the event; what `extra={"facts": {...}}` holds stands beside it."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": round(record.created, 3),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        try:
            return _encode(line).decode()
        except (TypeError, ValueError):  # a lone surrogate, or an object of a library
            return json.dumps(line, default=str)


def logging_setup(*, quiet: bool) -> dict[str, Any]:
    """For logging.config.dictConfig. `quiet`: warnings and errors alone."""

    def at(level: str) -> dict[str, Any]:
        return {"handlers": ["stderr"], "level": level, "propagate": False}

    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonLines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "loggers": {
            LOGGER: at("WARNING" if quiet else "INFO"),
            "uvicorn.error": at("WARNING"),
            "python_multipart": at("ERROR"),  # it warns of each broken form, which gets its answer
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},  # any other library
    }
