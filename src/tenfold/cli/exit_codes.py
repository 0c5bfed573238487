"""What an error prints on standard error, and the exit code that it ends in."""

from __future__ import annotations

import io

import click

from tenfold import console
from tenfold.errors import DataError, Interrupted, TenfoldError

WRONG_USAGE = 1
UNEXPECTED_ERROR = 2
INTERRUPTED_UNFINISHED = 130  # as shells count SIGINT; 3 is for what can be resumed


def report_error(error: BaseException, as_json: bool) -> int:
    """Print an error with its hint, as text or as one JSON object; its exit code."""
    if isinstance(error, KeyboardInterrupt):
        console.talk("interrupted")
        return INTERRUPTED_UNFINISHED
    if isinstance(error, click.ClickException) and not as_json:
        shown = io.StringIO()
        error.show(shown)
        console.talk(shown.getvalue().rstrip("\n"))
        return WRONG_USAGE
    message, hint, code = _described(error)
    if as_json:
        console.talk(console.to_json({"error": message, "hint": hint}))
        return code
    # the faults of a file have a line each; any other message is one line
    lines = message.split("\n") if isinstance(error, DataError) and error.faults else [message]
    text = "\n".join([*map(console.printable_line, lines), console.printable(f"hint: {hint}")])
    console.talk(text if isinstance(error, Interrupted) else f"error: {text}")
    return code


def _described(error: BaseException) -> tuple[str, str, int]:
    """The message, the hint and the exit code."""
    if isinstance(error, TenfoldError):
        return error.message, error.hint, error.exit_code
    if isinstance(error, click.ClickException):
        return error.format_message(), "see tenfold --help", WRONG_USAGE
    message = f"{type(error).__name__}: {error}"
    hint = "this is a fault in tenfold: please report what --debug shows"
    return message, hint, UNEXPECTED_ERROR
