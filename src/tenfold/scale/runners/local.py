"""Processes of this machine as a runner: each works on a shard; one that is killed is replaced."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from tenfold.errors import DataError
from tenfold.isolation.spawned import ONE_THREAD, signal_of
from tenfold.scale.memory import MEMORY_MB, workers_within
from tenfold.scale.prefetch import Prefetch
from tenfold.scale.runners.error_json import error_from_json
from tenfold.scale.runners.events import Advanced, Event, Finished, Job, Remarked
from tenfold.scale.shard import Receipt, Shard

START_CODE = (
    "import json, sys; sys.path[:] = json.loads(sys.argv.pop(1)); "
    "from tenfold.scale.runners.child import main; main()"
)
ATTEMPTS_MAX = 3  # for a shard whose worker was killed
WAIT_SECONDS = 0.2  # between two looks at whether to stop


class LocalRunner:
    """Up to `workers` processes of one thread each, which with this one take up to `memory_mb`."""

    def __init__(self, workers: int, memory_mb: int = MEMORY_MB) -> None:
        self._workers, self._memory_mb = workers, memory_mb

    def run(self, job: Job, shards: Iterator[Shard], stop: Callable[[], bool]) -> Iterator[Event]:
        """Work on the shards; see `Runner`. Raises UsageError where no worker has room."""
        workers, share_mb = workers_within(job.manifest, self._workers, self._memory_mb)
        if workers < self._workers:
            yield Remarked(
                f"note: {workers} of {self._workers} workers have room in {self._memory_mb:,} MB "
                "(--memory)"
            )
        ahead = Prefetch(shards, workers + 1)
        shard_queue = _ShardQueue(ahead)
        events: queue.SimpleQueue[Event | Exception | None] = queue.SimpleQueue()
        started = [_WorkerThread(job, share_mb, shard_queue, events) for _ in range(workers)]
        try:
            for worker in started:
                worker.thread.start()
            left = len(started)
            while left and not stop():
                try:
                    event = events.get(timeout=WAIT_SECONDS)
                except queue.Empty:
                    continue
                if event is None:
                    left -= 1
                elif isinstance(event, Exception):
                    raise event
                else:
                    yield event
        finally:
            shard_queue.close()
            ahead.close()
            for worker in started:
                worker.close()


class _ShardQueue:
    """The shards, taken by several threads; those of killed workers come back."""

    def __init__(self, shards: Iterator[Shard]) -> None:
        self._shards = shards
        self._returned: list[Shard] = []
        self._lock = threading.Lock()
        self._attempts: Counter[int] = Counter()
        self._closed = False

    def take(self) -> Shard | None:
        with self._lock:
            if self._closed:
                return None
            if self._returned:
                return self._returned.pop()
        return next(self._shards, None)

    def give_back(self, shard: Shard) -> bool:
        """Return a shard whose worker was killed; False where that happened too often."""
        with self._lock:
            self._attempts[shard.number] += 1
            self._returned.append(shard)
            return self._attempts[shard.number] < ATTEMPTS_MAX

    def close(self) -> None:
        with self._lock:
            self._closed = True


class _WorkerThread:
    """A thread that gives shards to a worker process, and starts another one if it is killed."""

    def __init__(self, job: Job, share_mb: int, shard_queue: _ShardQueue, events: Any) -> None:
        self._share_mb = share_mb
        self._job, self._shards, self._events = job, shard_queue, events
        self._process: subprocess.Popen[str] | None = None
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            while (shard := self._shards.take()) is not None:
                if not self._work(shard):
                    break
        except Exception as problem:
            self._events.put(problem)
        self._events.put(None)

    def _work(self, shard: Shard) -> bool:
        """Have a shard done; False where there is no more to do."""
        rows = size_bytes = 0
        process = self._started()
        if process is None:
            return False
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps([shard.number, *shard.to_json()]) + "\n")
            process.stdin.flush()
        for line in process.stdout:
            answer = json.loads(line)
            if "receipt" in answer:
                self._events.put(Finished(Receipt(**answer["receipt"])))
                return True
            if "rows" not in answer:
                raise error_from_json(answer)
            rows, size_bytes = rows + answer["rows"], size_bytes + answer["bytes"]
            self._events.put(Advanced(answer["rows"], answer["bytes"]))
        if self._closed.is_set():
            return False
        self._killed(shard, process.wait())
        self._events.put(Advanced(-rows, -size_bytes))
        return True

    def _killed(self, shard: Shard, code: int) -> None:
        """Have the shard of a process that ended in its middle done again. Raises DataError where
        that happens for the third time."""
        _closed(self._process)
        self._process = None
        how = f"was ended by {name}" if (name := signal_of(code)) else f"ended with {code}"
        if name == "SIGKILL":
            how += ", as the system does where memory runs out"
        file = self._job.manifest.inputs[shard.input].shown
        if not self._shards.give_back(shard):
            raise DataError(
                f"{file}: {shard.name}: its worker {how}, {ATTEMPTS_MAX} times",
                hint="what is done stays: run the same command again with fewer --workers",
            )
        self._events.put(Remarked(f"note: a worker {how}: {shard.name} is done again"))

    def _started(self) -> subprocess.Popen[str] | None:
        """The process, started where there is none; None once this thread is closed."""
        with self._lock:
            if self._closed.is_set():
                return None
            if self._process is None:
                path = json.dumps([entry for entry in sys.path if isinstance(entry, str)])
                numbers = (self._job.bad_rows_max, self._share_mb)
                arguments = [path, str(self._job.folder), *map(str, numbers)]
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-c", START_CODE, *arguments],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    encoding="utf-8",
                    env=dict(os.environ) | ONE_THREAD,
                )
            return self._process

    def close(self) -> None:
        """Kill the process, and wait for its end and the thread's."""
        with self._lock:
            self._closed.set()
            process = self._process
        if process is not None:
            process.kill()
        self.thread.join()
        _closed(process)


def _closed(process: subprocess.Popen[str] | None) -> None:
    """Wait for the end of a killed process, and close its pipes."""
    if process is not None:
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                assert pipe is not None
                pipe.close()
