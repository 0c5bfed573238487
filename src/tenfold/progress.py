"""Talk and progress, on stderr, so that stdout stays data.

In a terminal a bar is one redrawn line; into a pipe, a file or a notebook go plain lines, few
enough not to flood it; with `quiet` nothing is said at all.
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
    """Where the library talks to. The default for library callers is `SILENT`."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self.said: list[str] = []  # for a run's log.txt, also when quiet

    def say(self, text: str) -> None:
        """Say one line. A log that nobody reads any more, or that is full, stops nothing."""
        line = console.printable_line(text)
        self.said.append(line)
        if not self.quiet:
            console.talk(line)

    def note(self, text: str) -> None:
        """Say it where nothing redraws; a terminal shows the bar instead."""
        if console.TALK.isatty():
            self.said.append(console.printable_line(text))
        else:
            self.say(text)

    @contextlib.contextmanager
    def bar(self, length: int, label: str, *, done: int = 0) -> Iterator[Advance]:
        """Yield `advance(steps, detail)`, e.g. advance(1, "loss 0.123"), for `length` steps.

        What was `done` before, by a call that broke off, is left out of the bar: the time left
        follows from the pace of this call.
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
