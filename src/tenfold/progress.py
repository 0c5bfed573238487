"""Messages and progress bars on standard error, so that standard output holds data alone.

In a terminal a bar is one redrawn line. A pipe, a file or a notebook gets a few plain lines
instead. With `quiet` nothing is printed.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

import click

from tenfold import console

REDRAW_SECONDS = 0.1

Advance = Callable[[int, str], None]


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
    def bar(self, length: int, label: str, *, done: int = 0) -> Iterator[Advance]:
        """Yield `advance(steps, detail)`, e.g. advance(1, "loss 0.123"), for `length` steps.

        Steps `done` by an earlier call, which was interrupted, are left out of the bar: the time
        left follows from the pace of this call.
        """
        if self.quiet or not console.TALK.isatty():
            yield lambda steps, detail: None
            return
        with click.progressbar(
            length=length - done,
            label=label,
            file=console.TALK,
            width=0,  # what the terminal leaves beside the text
            item_show_func=lambda detail: detail,
            show_eta=True,
        ) as drawn:
            last_drawn = 0.0
            waiting = 0

            def advance(steps: int, detail: str) -> None:
                nonlocal last_drawn, waiting
                waiting += steps
                now = time.monotonic()
                if not steps:
                    drawn.current_item = detail
                    drawn.render_progress()
                elif now - last_drawn > REDRAW_SECONDS or drawn.pos + waiting >= length - done:
                    drawn.update(waiting, detail)
                    last_drawn, waiting = now, 0

            yield advance


SILENT = Progress(quiet=True)
