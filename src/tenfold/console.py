"""Standard input, output and error, each of which may be closed, full, or read by nobody.

Answers go to standard output. A reader that closes the pipe early is no error; an answer that
cannot be written for another reason is. Messages go to standard error. There nothing stops the
work: what cannot be written is dropped.

Both pass through `printable`, so that no file name can move the cursor, colour the terminal or
change the direction of the text.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, TextIO, cast

import click

from tenfold.errors import DataError, OutputError

# Control characters but newline and tab, characters that reorder or hide text and belong to no
# script's spelling, line and paragraph separators, lone surrogates (bytes that are no UTF-8), tags
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
CLOSED = "standard output: is closed"


def printable(text: str) -> str:
    """Escape what a terminal would obey or cannot show: `\\x1b`, `\\u202e`."""
    return UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def printable_line(text: str) -> str:
    """Escape newlines too, so that one in a file name cannot fake another line of output."""
    return printable(text).replace("\n", "\\n")


def shell_word(name: str) -> str:
    """A path as one word of a command that is printed for the user to run."""
    return printable_line(shlex.quote(name))


def to_json(value: Any) -> str:
    """One line of JSON in ASCII, which every encoding of a terminal or a pipe can hold."""
    return json.dumps(value).replace("\x7f", "\\u007f")  # the only control that json leaves


class Drawing(str):
    """Text with the program's own escape sequences, which are printed as they are."""


def answer(*lines: str, end: str = "\n") -> bool:
    """Write lines to standard output; False if its reader is gone.

    Raises OutputError if it is closed or cannot be written.
    """
    text = "\n".join(line if isinstance(line, Drawing) else printable(line) for line in lines)
    if sys.stdout is None:
        raise OutputError(CLOSED, hint="send it to a file, or to /dev/null")
    try:
        click.echo(_encodable(text + end, sys.stdout), nl=False)
    except OSError as problem:
        if (fault := _fault(problem)) is not None:
            raise fault from problem
        return False
    return True


@contextlib.contextmanager
def watched_output() -> Iterator[Callable[[BaseException], BaseException | None]]:
    """Yield a function that turns an error of standard output into the error to report.

    That is None if the reader is gone, and an OutputError if it cannot be written. An error of
    anything else, other pipes included, is returned as it is.
    """
    if sys.stdout is None:
        yield lambda error: error
        return
    watched = _WatchedStream(sys.stdout)
    with contextlib.redirect_stdout(watched):
        yield lambda error: _fault(error) if error is watched.problem else error


class _WatchedStream:
    """A stream that keeps the error that kept it from being written."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.problem: BaseException | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        with self._keeping_problem():
            return self._stream.write(text)

    def flush(self) -> None:
        with self._keeping_problem():
            self._stream.flush()

    @contextlib.contextmanager
    def _keeping_problem(self) -> Iterator[None]:
        try:
            yield
        except OSError as problem:
            self.problem = problem
            raise


def _fault(problem: BaseException) -> OutputError | None:
    """The error to report for a failed write to standard output; None if its reader is gone.

    From now on it is the null device: what waits in its buffer would otherwise fail when Python
    ends, with another exit code.
    """
    with contextlib.suppress(OSError, ValueError):  # no file of the operating system
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
    number = getattr(problem, "errno", None) or 0
    # Windows gives EINVAL for a pipe without a reader
    if isinstance(problem, BrokenPipeError) or (os.name == "nt" and number == errno.EINVAL):
        return None
    return OutputError(
        f"standard output: cannot be written: {os.strerror(number)}",
        hint="free some space, or send it elsewhere",
    )


def talk(text: str) -> None:
    """Write a line to standard error, or drop it."""
    if sys.stderr is not None:
        TALK.write(_encodable(printable(text) + "\n", sys.stderr))
        TALK.flush()


class _Talk:
    """Standard error as a file that never fails: what cannot be written is dropped."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        if sys.stderr is not None:
            with contextlib.suppress(OSError, ValueError):  # ValueError: closed by Python's close()
                sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        if sys.stderr is not None:
            with contextlib.suppress(OSError, ValueError):
                sys.stderr.flush()

    def isatty(self) -> bool:
        return is_terminal(sys.stderr)


TALK = cast(TextIO, _Talk())


def is_terminal(stream: TextIO | None) -> bool:
    """Whether the stream is a terminal; not if it is closed."""
    with contextlib.suppress(ValueError):
        return stream is not None and stream.isatty()
    return False


def input_stream() -> BinaryIO:
    """Standard input as bytes. Raises DataError if it is closed."""
    if sys.stdin is None:
        raise DataError("standard input: is closed", hint="give a file, or pipe one in")
    return sys.stdin.buffer


def read_input(bytes_max: int) -> bytes:
    """Read standard input, at most `bytes_max`. Raises DataError if it cannot be read."""
    try:
        return input_stream().read(bytes_max)
    except OSError as problem:
        raise DataError(
            f"standard input: cannot be read: {os.strerror(problem.errno or 0)}",
            hint="give a file, or pipe one in",
        ) from problem


def open_missing() -> None:
    """Open the null device for each of the three streams that is closed.

    Otherwise the next file that is opened would take its number, and whatever a library prints
    would be written into that file.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            with contextlib.suppress(OSError):
                # the lowest free number, which is this one
                os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def _encodable(text: str, stream: TextIO) -> str:
    """Escape the characters that the stream's encoding lacks, e.g. on a terminal with cp1252."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
