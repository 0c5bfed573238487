"""Ray, and nothing but Ray: the only module that knows it. Functions are its tasks, and a task
whose node or worker is lost is done again elsewhere.

Ray core alone. It is started for the job, without a dashboard and without usage reports, or it
runs already (`ray://HOST:PORT`). It writes to its own folder of temporary files, and a token to
`~/.ray/auth_token`.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tenfold
from tenfold.environment import threads_available
from tenfold.errors import DataError, MissingExtraError, UsageError
from tenfold.isolation.spawned import ONE_THREAD
from tenfold.scale.runners.error_json import error_from_json
from tenfold.scale.runners.ray_task import carry_out

LOCAL, SCHEME = "ray", "ray://"
PORT = 6379  # where Ray's head node listens by default
OBJECT_STORE_BYTES = 100 << 20  # shards are paths, not data
ATTEMPTS_MAX = 5  # for a task whose node or worker was lost
REMARK_SECONDS = 60.0  # without a task that was done
WAIT_SECONDS = 0.2  # between two looks at whether to stop
SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # or it warns of that
    "RAY_worker_niceness": "0",  # not 15, which leaves the cores to everybody else
}
ADDRESS_TRIES = {"RAY_NUM_REDIS_GET_RETRIES": "1"}  # each takes 40 seconds; Ray has 20
TOKEN = {"RAY_AUTH_MODE": "token"}  # its default for a Ray that is started here, without a word


@dataclass
class _Task:
    """A task by its name, what it does, and how often it was begun."""

    name: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    attempts: int = 0


class RayTasks:
    """Tasks of Ray, which is there from `with RayTasks(...)` to the end of the block.

    `place` is "ray", or "ray://HOST:PORT" of a cluster of which this machine is a node. `workers`
    is how many tasks are worked on at once; None is as many as Ray has processors for. `threads` is
    how many each task would like to have; `shared_bytes` is the size of what they share. `say` is
    told what becomes of them. Raises MissingExtraError, UsageError.
    """

    at_once: int
    threads: int

    def __init__(
        self,
        place: str,
        workers: int | None,
        say: Callable[[str], object],
        *,
        threads: int = 1,
        shared_bytes: int = 0,
    ) -> None:
        self._address = None if place == LOCAL else _address(place)
        self._workers, self._say = workers, say
        self.threads, self._shared_bytes = threads, shared_bytes
        self._running: dict[Any, _Task] = {}
        self._quiet_since = time.monotonic()

    def __enter__(self) -> RayTasks:
        processors = self._workers * self.threads if self._workers else threads_available()
        # twice: what is shared lies there once as it came, and once as it is read
        store_bytes = max(OBJECT_STORE_BYTES, 2 * self._shared_bytes)
        self._ray = _started(self._address, processors, store_bytes)
        nodes = [int(size) for size in _processors(self._ray)]
        if nodes:
            self.threads = max(1, min(self.threads, *nodes))
        room = sum(size // self.threads for size in nodes)
        self.at_once = self._workers or max(1, room)
        self._task = self._ray.remote(
            num_cpus=self.threads,
            max_retries=0,  # Ray's own would be silent, and endless where memory runs out
            runtime_env={"env_vars": ONE_THREAD | {"OMP_NUM_THREADS": str(self.threads)}},
        )(carry_out)
        self._here = os.getcwd()
        return self

    def __exit__(self, *problem: object) -> None:
        """Cancel what is left, at once, and let go of Ray."""
        for reference in self._running:
            self._ray.cancel(reference, force=True)
        self._running.clear()
        self._ray.shutdown()

    def __len__(self) -> int:
        """How many tasks are under way."""
        return len(self._running)

    def shared(self, value: Any) -> Any:
        """`value` as an argument that is sent to each node once."""
        return self._ray.put(value)

    def submit(self, name: str, function: Callable[..., Any], *arguments: Any) -> None:
        """Have a function of a module called; `name` is the task's in messages."""
        self._begin(_Task(name, function, arguments))

    def cancel(self, name: str) -> None:
        """End a task at once; it will not be done."""
        for reference in [ref for ref, task in self._running.items() if task.name == name]:
            del self._running[reference]
            self._ray.cancel(reference, force=True)

    def done(self) -> dict[str, Any]:
        """What tasks have answered since the last call, by their names, after a moment's wait.

        Raises the error that one tells of, or DataError where its node or worker was lost too
        often.
        """
        if not self._running:
            return {}
        ready, _ = self._ray.wait(list(self._running), timeout=WAIT_SECONDS)
        self._remark_if_quiet(bool(ready))
        answers = {}
        for reference in ready:
            task = self._running.pop(reference)
            try:
                answer = self._ray.get(reference)
            except self._ray.exceptions.RayError as problem:
                self._lost(task, problem)
                continue
            if "done" not in answer:
                raise error_from_json(answer)
            answers[task.name] = answer["done"]
        return answers

    def _begin(self, task: _Task) -> None:
        task.attempts += 1
        self._running[self._task.remote(self._here, task.function, *task.arguments)] = task

    def _lost(self, task: _Task, problem: Exception) -> None:
        """Do a task again whose worker or node was lost. Raises DataError where it is of no use."""
        errors, kind = self._ray.exceptions, type(problem).__name__
        of_no_use = errors.RayTaskError, errors.RuntimeEnvSetupError, errors.TaskUnschedulableError
        first = str(problem).strip().splitlines()[0][:200]
        if isinstance(problem, of_no_use):
            raise DataError(
                f"{task.name}: Ray cannot do it: {kind}: {first}",
                hint="check that its nodes have the Python and the packages of this machine",
            ) from problem
        if task.attempts >= ATTEMPTS_MAX:
            raise DataError(
                f"{task.name}: its worker was lost {ATTEMPTS_MAX} times: {kind}: {first}",
                hint="what is done stays: continue with more memory for each worker",
            ) from problem
        self._say(f"note: a worker was lost ({kind}): {task.name} is done again")
        self._begin(task)

    def _remark_if_quiet(self, some_ready: bool) -> None:
        """Say so where nothing was done for a while: Ray waits for nodes without a word."""
        now = time.monotonic()
        if some_ready:
            self._quiet_since = now
        elif now - self._quiet_since > REMARK_SECONDS:
            self._quiet_since = now
            if nodes := _processors(self._ray):
                self._say(
                    f"note: nothing was done for {REMARK_SECONDS:.0f} s; {len(nodes)} nodes of Ray "
                    "are there"
                )
            else:
                self._say(
                    "warning: no node of Ray is left to work: add one, or stop and continue later"
                )


def _processors(ray: Any) -> list[float]:
    """How many processors each node has that is there to work."""
    counts = [node["Resources"].get("CPU", 0) for node in ray.nodes() if node["Alive"]]
    return [count for count in counts if count > 0]


def _started(address: str | None, processors: int, store_bytes: int) -> Any:
    """Ray, connected to a cluster or started on this machine."""
    for name, value in (SETTINGS | (ADDRESS_TRIES if address else TOKEN)).items():
        os.environ.setdefault(name, value)
    try:
        import ray
    except ImportError:
        raise MissingExtraError("--on ray", "ray") from None
    options: dict[str, Any] = {
        "configure_logging": False,
        "log_to_driver": False,
        # the nodes need not have it
        "runtime_env": {"py_modules": [str(Path(tenfold.__file__).parent)]},
    }
    if address is None:
        options |= {
            "address": "local",
            "num_cpus": processors,
            "object_store_memory": store_bytes,
            "include_dashboard": False,
        }
    else:
        options["address"] = address
    try:
        with _own_handler():
            ray.init(**options)
    except Exception as problem:  # of many kinds, a bare Exception among them
        first = str(problem).strip().splitlines()[0][:200]
        raise UsageError(
            f"--on {SCHEME}{address}: Ray cannot be reached: {first}"
            if address
            else f"--on ray: Ray cannot be started: {first}",
            hint="run this on a machine of the cluster, and check HOST:PORT with: ray status"
            if address
            else "try again when the machine is less busy; its logs are in /tmp/ray",
        ) from problem
    return ray


@contextlib.contextmanager
def _own_handler() -> Iterator[None]:
    """Keep what is done on SIGTERM, which `ray.init` changes."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, before)


def _address(place: str) -> str:
    """HOST:PORT of ray://HOST[:PORT]."""
    address = place.removeprefix(SCHEME)
    return address if ":" in address else f"{address}:{PORT}"
