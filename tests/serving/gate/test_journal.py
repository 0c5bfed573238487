"""Whatever is logged, a line of the log is one JSON object."""

from __future__ import annotations

import json
import logging
import logging.config
import subprocess
import sys

import pytest

pytest.importorskip("starlette", reason="the serve extra is not installed")
pytest.importorskip("msgspec", reason="the serve extra is not installed")
pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from served import Server
from tenfold.serving.gate.journal import JsonLines, logging_setup


def test_libraries_write_json_lines_or_nothing(capsys: pytest.CaptureFixture[str]):
    loggers = [logging.getLogger(name) for name in (None, "uvicorn.error", "tenfold.serving",
                                                    "python_multipart")]  # fmt: skip
    before = [(logger, logger.handlers[:], logger.level, logger.propagate) for logger in loggers]
    try:
        logging.config.dictConfig(logging_setup(quiet=False))
        logging.getLogger("python_multipart.multipart").warning("Did not find %s", "CR")
        logging.getLogger("some.library").warning("a lone surrogate: %s", "\ud800")
        logging.getLogger("tenfold.serving").info("odd", extra={"facts": {"object": object()}})
    finally:
        for logger, handlers, level, propagate in before:
            logger.handlers, logger.propagate = handlers, propagate
            logger.setLevel(level)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["a lone surrogate: \ud800", "odd"]


class Unshowable:
    def __repr__(self) -> str:
        raise RuntimeError("no")


@pytest.mark.parametrize(
    ("message", "arguments", "facts"),
    [
        ("a lone surrogate \ud800", (), {}),
        ("two lines\nof text", (), {"path": "/\udcff\n"}),
        ("%d tiles", ("many",), {}),
        ("%s and %s", ("one",), {}),
        (Unshowable(), (), {"value": Unshowable()}),
        ("facts", (), {"value": {1, 2}, "other": float("nan"), "deep": {("a",): Unshowable()}}),
    ],
)
def test_any_record_becomes_one_line_of_json(
    message: object, arguments: tuple[object, ...], facts: dict[str, object]
):
    record = logging.LogRecord("any", logging.INFO, __file__, 1, message, arguments, None)
    record.facts = facts
    line = JsonLines().format(record)
    assert "\n" not in line
    line.encode()
    assert {"time", "level", "event", *facts} == set(json.loads(line))


def test_warnings_and_uncaught_faults_go_through_the_log():
    script = """
import gc, logging, sys, threading, warnings
from tenfold.serving.gate.journal import start_logging
start_logging(quiet=True)
warnings.warn("of a library", stacklevel=1)
logging.getLogger("a.library").error("%d", "no number")
thread = threading.Thread(target=lambda: 1 / 0)
thread.start()
thread.join()
class Broken:
    def __del__(self):
        raise ValueError("\\ud800")
Broken()
gc.collect()
"""
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    assert len(lines) == 4
    assert "of a library" in lines[0]["event"]
    assert lines[1]["event"].startswith("%d")
    assert "ZeroDivisionError" in lines[2]["traceback"]
    assert "ValueError" in lines[3]["traceback"]


def test_the_log_is_one_json_object_a_request(server: Server):
    server.get("/nothing-here?secret=1")
    line = server.event(event="request", path="/nothing-here")
    assert (line["level"], line["method"], line["status"]) == ("info", "GET", 404)
    assert "secret" not in server.log.read_text()
