"""Messages and progress bars on standard error, so that standard output holds data alone.

In a terminal a bar is one redrawn line. A pipe, a file or a notebook gets a few plain lines
instead. With `quiet` nothing is printed.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from tenfold import console

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

REDRAW_SECONDS = 0.1
CLEAR_LINE = "\r\x1b[2K"  # back to the left, and nothing on the line


class Progress:
    """The messages of a job: printed, and kept for its log. The library's default is `SILENT`."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self.log_lines: list[str] = []  # for a run's log.txt, also when quiet

    def say(self, text: str) -> None:
        """Print one line. Standard error that is closed or full stops nothing."""
        line = console.printable_line(text)
        self.log_lines.append(line)
        if not self.quiet:
            console.talk(line)

    def note(self, text: str) -> None:
        """Print one line, except in a terminal, where the bar shows it."""
        if console.TALK.isatty():
            self.log_lines.append(console.printable_line(text))
        else:
            self.say(text)

    @contextlib.contextmanager
    def bar(
        self, length: int, label: str, *, done: int = 0, least: int = 0, count: bool = False
    ) -> Iterator[Bar]:
        """Yield a bar of `length` steps: bar(1, "loss 0.123") advances it by one.

        Steps `done` by an earlier call, which was interrupted, are left out of the bar: the time
        left follows from the pace of this call. A bar of fewer than `least` steps is not drawn.
        `count` shows how many steps are done instead of their share.
        """
        drawn = None
        if not self.quiet and console.TALK.isatty():
            drawn = click.progressbar(
                length=length - done,
                label=label,
                file=console.TALK,
                width=0,  # what the terminal leaves beside the text
                item_show_func=lambda detail: detail,
                show_eta=True,
                show_pos=count,
            )
        bar = Bar(drawn, least)
        with bar.closing:
            yield bar


class Bar:
    """A progress bar, drawn on the last line of a terminal, or not at all."""

    def __init__(self, drawn: ProgressBar[str | None] | None, least: int = 0) -> None:
        self.closing = contextlib.ExitStack()
        self._drawn = drawn
        self._least = least
        self._begun = False
        self._last_drawn = 0.0
        self._waiting = 0  # steps that are not drawn yet
        self._draw(None)

    def __call__(self, steps: int, detail: str) -> None:
        """Advance by so many steps; 0 shows a new detail."""
        self._waiting += steps
        self._draw(detail, at_once=not steps)

    def grow(self, steps: int) -> None:
        """Make the bar longer: there is more to do than was known."""
        if self._drawn is not None and self._drawn.length is not None:
            self._drawn.length += steps

    def hide(self) -> None:
        """Clear the bar's line, for a line of output that goes there. The next step draws it."""
        if self._begun:
            console.TALK.write(CLEAR_LINE)
            console.TALK.flush()
            self._last_drawn = 0.0

    def _draw(self, detail: str | None, *, at_once: bool = False) -> None:
        drawn = self._drawn
        if drawn is None or drawn.length is None or drawn.length < self._least:
            return
        if not self._begun:
            self._begun = True
            self.closing.enter_context(drawn)
        now = time.monotonic()
        if at_once:
            drawn.current_item = detail
            drawn.render_progress()
        elif now - self._last_drawn > REDRAW_SECONDS or drawn.pos + self._waiting >= drawn.length:
            drawn.update(self._waiting, detail)
            self._last_drawn, self._waiting = now, 0


SILENT = Progress(quiet=True)
