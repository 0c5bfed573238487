"""Standard input, output and error, each of which may be closed, full, or read by nobody.

Answers go to standard output. A reader that has seen enough of them is no error; an answer that
cannot be written for another reason is. Talk goes to standard error, where nothing that happens to
it stops the work: what cannot be written is dropped.

Both pass through `printable`, so that no name of a file, however it came here, moves the cursor,
colours the terminal or turns the direction of the text.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, TextIO, cast

import click

from tenfold.errors import DataError, OutputError

# Controls but for newline and tab, what turns or hides text without being part of a script's
# spelling, line and paragraph separators, halves of surrogate pairs (bytes that are no UTF-8), tags
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
CLOSED = "standard output: is closed"


def printable(text: str) -> str:
    """`text` with what a terminal would obey, or cannot show, as escapes: `\\x1b`, `\\u202e`."""
    return UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def printable_line(text: str) -> str:
    """`text` as one line: a newline in a file name starts no line that looks like another's."""
    return printable(text).replace("\n", "\\n")


def to_json(value: Any) -> str:
    """One line of JSON in ASCII, which every encoding of a terminal or a pipe can hold."""
    return json.dumps(value).replace("\x7f", "\\u007f")  # the one control that json leaves


class Drawing(str):
    """Text with escape sequences of the program's own, which are printed as they are."""


def answer(*lines: str, end: str = "\n") -> bool:
    """Write lines to standard output; False where nobody reads it any more.

    Raises OutputError where it is closed or cannot be written.
    """
    text = "\n".join(one if isinstance(one, Drawing) else printable(one) for one in lines)
    if sys.stdout is None:
        raise OutputError(CLOSED, hint="send it to a file, or to /dev/null")
    try:
        click.echo(_in_its_encoding(text + end, sys.stdout), nl=False)
    except OSError as problem:
        if (fault := _fault(problem)) is not None:
            raise fault from problem
        return False
    return True


@contextlib.contextmanager
def watched_output() -> Iterator[Callable[[BaseException], BaseException | None]]:
    """Yield a function that says what an error means for the exit code: None where it is that
    nobody reads standard output any more, an OutputError where that cannot be written, and the
    error itself where it is about anything else, a pipe of another kind among them.
    """
    if sys.stdout is None:
        yield lambda error: error
        return
    watched = _Watched(sys.stdout)
    with contextlib.redirect_stdout(watched):
        yield lambda error: _fault(error) if error is watched.problem else error


class _Watched:
    """A stream that remembers why it could not be written."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.problem: BaseException | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        with self._remembering():
            return self._stream.write(text)

    def flush(self) -> None:
        with self._remembering():
            self._stream.flush()

    @contextlib.contextmanager
    def _remembering(self) -> Iterator[None]:
        try:
            yield
        except OSError as problem:
            self.problem = problem
            raise


def _fault(problem: BaseException) -> OutputError | None:
    """What is wrong with standard output; None if nobody reads it. It takes everything from now
    on: what waits in its buffer would else fail when Python ends, with an exit code of its own."""
    with contextlib.suppress(OSError, ValueError):  # no file of the operating system
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
    number = getattr(problem, "errno", None) or 0
    # Windows says EINVAL of a pipe that nobody reads
    if isinstance(problem, BrokenPipeError) or (os.name == "nt" and number == errno.EINVAL):
        return None
    return OutputError(
        f"standard output: cannot be written: {os.strerror(number)}",
        hint="free some space, or send it elsewhere",
    )


def talk(text: str) -> None:
    """Write a line to standard error, or drop it."""
    if sys.stderr is not None:
        TALK.write(_in_its_encoding(printable(text) + "\n", sys.stderr))
        TALK.flush()


class _Talk:
    """Standard error as a file that takes everything: what cannot be written is dropped."""

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
    """Whether somebody watches: not where the stream is closed."""
    with contextlib.suppress(ValueError):
        return stream is not None and stream.isatty()
    return False


def input_stream() -> BinaryIO:
    """The bytes of standard input. Raises DataError where it is closed."""
    if sys.stdin is None:
        raise DataError("standard input: is closed", hint="give a file, or pipe one in")
    return sys.stdin.buffer


def read_input(bytes_max: int) -> bytes:
    """Standard input, to its end or to `bytes_max`. Raises DataError where there is none."""
    try:
        return input_stream().read(bytes_max)
    except OSError as problem:
        raise DataError(
            f"standard input: cannot be read: {os.strerror(problem.errno or 0)}",
            hint="give a file, or pipe one in",
        ) from problem


def open_missing() -> None:
    """Give those of the three that are closed the null device, or the next file that is opened
    takes the number of one, and whatever a library prints is written into it."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            with contextlib.suppress(OSError):
                # the lowest free number, which is this one
                os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def _in_its_encoding(text: str, stream: TextIO) -> str:
    """`text` with what the stream's encoding lacks as escapes, e.g. on a terminal of cp1252."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
