"""Functions as tasks of Ray core; a task whose node or worker is lost is done again elsewhere."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tenfold.environment import threads_available
from tenfold.errors import DataError
from tenfold.isolation.spawned import ONE_THREAD
from tenfold.scale.runners.error_json import error_from_json
from tenfold.scale.runners.ray_connection import OBJECT_STORE_BYTES, HeadNode, connected
from tenfold.scale.runners.ray_task import carry_out

ATTEMPTS_MAX = 5  # for a task whose node or worker was lost
REMARK_SECONDS = 60.0  # without a task that was done
WAIT_SECONDS = 0.2  # between two looks at whether to stop


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
        self._place = place
        self._workers, self._say = workers, say
        self.threads, self._shared_bytes = threads, shared_bytes
        self._running: dict[Any, _Task] = {}
        self._quiet_since = time.monotonic()

    def __enter__(self) -> RayTasks:
        processors = self._workers * self.threads if self._workers else threads_available()
        # twice: what is shared lies there once as it came, and once as it is read
        store_bytes = max(OBJECT_STORE_BYTES, 2 * self._shared_bytes)
        self._ray = connected(self._place, processors, store_bytes)
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
        self._head = HeadNode(self._ray.get_runtime_context().gcs_address)
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
        if not ready:
            self._head.require()
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
