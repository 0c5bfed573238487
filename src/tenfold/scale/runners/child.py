"""A process that works on shards: it takes a number a line, and answers in lines of JSON.

It ends when its standard input ends, so with the process that started it, however that ends.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

REPORT_SECONDS = 0.2
ENDED_BY_PARENT = 0


def main() -> None:
    """Work for the job in the folder `sys.argv[1]`; no more bad rows a shard than `sys.argv[2]`,
    and no more MB of memory than `sys.argv[3]`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, which ends this one
    answers = _own_output()
    folder, bad_rows_max, share_mb = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    requests: list[str] = []
    arrived = threading.Condition()
    threading.Thread(target=_listen, args=(requests, arrived), daemon=True).start()
    worker: _Worker | None = None
    while True:
        with arrived:
            arrived.wait_for(lambda: bool(requests))
            request = json.loads(requests.pop(0))
        try:
            worker = worker or _Worker(folder, bad_rows_max, share_mb, answers)
            _answer(answers, worker.work(request))
        except Exception as problem:  # whatever it is, the parent tells it
            from tenfold.scale.runners.error_json import error_to_json

            _answer(answers, error_to_json(problem))


def _listen(requests: list[str], arrived: threading.Condition) -> None:
    """Take requests; end the process at once when there will be none any more, also in the middle
    of its work: what it has written aside so far is nobody's."""
    for line in sys.stdin:
        with arrived:
            requests.append(line)
            arrived.notify()
    os._exit(ENDED_BY_PARENT)


class _Worker:
    """The work of a job, its model loaded once, and its progress."""

    def __init__(self, folder: Path, bad_rows_max: int, share_mb: int, answers: TextIO) -> None:
        from tenfold.classifier import find_model
        from tenfold.scale.kinds_of_work import open_work
        from tenfold.scale.manifest import read_manifest

        manifest = read_manifest(folder)
        assert manifest is not None
        self._folder, self._manifest, self._bad_rows_max = folder, manifest, bad_rows_max
        self._work = open_work(manifest, find_model(manifest.model))
        self._share_mb, self._answers = share_mb, answers
        self._rows = self._bytes = 0
        self._reported = time.monotonic()

    def work(self, request: list[Any]) -> dict[str, Any]:
        from tenfold.scale.shard import Shard
        from tenfold.scale.work import score_shard

        number, *cut = request
        receipt = score_shard(
            Shard.from_json(number, cut),
            self._manifest,
            self._folder,
            self._work,
            self._bad_rows_max,
            self._advance,
        )
        self._report()
        return {"receipt": asdict(receipt)}

    def _advance(self, rows: int, size_bytes: int) -> None:
        from tenfold.isolation.bounds import resident_mb_of
        from tenfold.scale.memory import refuse_more

        refuse_more(resident_mb_of(os.getpid()), self._share_mb)
        self._rows += rows
        self._bytes += size_bytes
        if time.monotonic() - self._reported > REPORT_SECONDS:
            self._report()

    def _report(self) -> None:
        _answer(self._answers, {"rows": self._rows, "bytes": self._bytes})
        self._rows = self._bytes = 0
        self._reported = time.monotonic()


def _own_output() -> TextIO:
    """Standard output for answers alone: whatever else is printed goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _answer(answers: TextIO, answer: dict[str, Any]) -> None:
    try:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    except OSError:  # the parent is gone
        os._exit(ENDED_BY_PARENT)
