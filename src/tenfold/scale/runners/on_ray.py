"""Ray as a runner: each shard is a task, and a task whose node is lost is done again elsewhere.

Ray core alone. It is started for the job, without a dashboard and without usage reports, or it
runs already (`ray://HOST:PORT`). It writes to its own folder of temporary files, and a token to
`~/.ray/auth_token`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import tenfold
from tenfold.classifier import find_model
from tenfold.environment import threads_available
from tenfold.errors import DataError, MissingExtraError, UsageError
from tenfold.isolation.spawned import ONE_THREAD
from tenfold.scale.runners.error_json import error_from_json
from tenfold.scale.runners.events import Advanced, Event, Finished, Job, Remarked
from tenfold.scale.runners.ray_task import score_remotely
from tenfold.scale.shard import Receipt, Shard

LOCAL, SCHEME = "ray", "ray://"
PORT = 6379  # where Ray's head node listens by default
OBJECT_STORE_BYTES = 100 << 20  # shards are paths, not data
ATTEMPTS_MAX = 5  # for a shard whose node or worker was lost
REMARK_SECONDS = 60.0  # without a shard that was done
WAIT_SECONDS = 0.2  # between two looks at whether to stop
QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}


class RayRunner:
    """`place` is "ray", or "ray://HOST:PORT" of a cluster of which this machine is a node.

    `workers` is how many shards are worked on at once; None is one for each processor of Ray's.
    """

    def __init__(self, place: str, workers: int | None = None) -> None:
        self._address = None if place == LOCAL else _address(place)
        self._workers = workers

    def run(self, job: Job, shards: Iterator[Shard], stop: Callable[[], bool]) -> Iterator[Event]:
        """Work on the shards; see `Runner`. Raises MissingExtraError."""
        ray = _started(self._address, self._workers)
        running: dict[Any, Shard] = {}
        try:
            task = ray.remote(num_cpus=1, max_retries=ATTEMPTS_MAX - 1)(score_remotely)
            job = Job(job.folder.resolve(), job.manifest, job.bad_rows_max)
            common = [ray.put(job), ray.put(find_model(job.manifest.model)), os.getcwd()]
            # one more than is worked on, so that no processor waits for the driver
            ahead = 1 + int(self._workers or ray.cluster_resources().get("CPU", 1))
            quiet_since = time.monotonic()
            while not stop():
                while len(running) < ahead and (shard := next(shards, None)) is not None:
                    running[task.remote(*common, shard)] = shard
                if not running:
                    return
                done, _ = ray.wait(list(running), timeout=WAIT_SECONDS)
                quiet_since = time.monotonic() if done else quiet_since
                if time.monotonic() - quiet_since > REMARK_SECONDS:
                    quiet_since = time.monotonic()
                    yield Remarked(_why_quiet(ray))
                for reference in done:
                    yield from _events(ray, reference, running.pop(reference), job)
        finally:
            for reference in running:
                ray.cancel(reference, force=True)
            ray.shutdown()


def _events(ray: Any, reference: Any, shard: Shard, job: Job) -> Iterator[Event]:
    """What a task has answered. Raises the error that it tells of, or DataError where its node or
    worker was lost too often."""
    try:
        answer = ray.get(reference)
    except ray.exceptions.RayError as problem:
        first = str(problem).strip().splitlines()[0][:200]
        raise DataError(
            f"{job.manifest.inputs[shard.input].shown}: {shard.name}: its worker was lost "
            f"{ATTEMPTS_MAX} times: {type(problem).__name__}: {first}",
            hint="what is done stays: run the same command again, with more memory for each worker",
        ) from problem
    if "receipt" not in answer:
        raise error_from_json(answer)
    receipt = Receipt(**answer["receipt"])
    yield Advanced(receipt.rows_in, shard.cut.size_bytes)
    yield Finished(receipt)


def _why_quiet(ray: Any) -> str:
    """What to say where no shard was done for a while: Ray waits for nodes without a word."""
    alive = sum(node["Alive"] and node["Resources"].get("CPU", 0) > 0 for node in ray.nodes())
    if not alive:
        return "warning: no node of Ray is left to work: add one, or stop and continue later"
    return f"note: no shard was done for {REMARK_SECONDS:.0f} s; {alive} nodes of Ray are there"


def _started(address: str | None, workers: int | None) -> Any:
    """Ray, connected to a cluster or started on this machine."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    try:
        import ray
    except ImportError:
        raise MissingExtraError("--on ray", "ray") from None
    options: dict[str, Any] = {
        "configure_logging": False,
        "log_to_driver": False,
        "runtime_env": {
            "env_vars": dict(ONE_THREAD),
            "py_modules": [str(Path(tenfold.__file__).parent)],  # the nodes need not have it
        },
    }
    if address is None:
        options |= {
            "address": "local",
            "num_cpus": workers or threads_available(),
            "object_store_memory": OBJECT_STORE_BYTES,
            "include_dashboard": False,
        }
    else:
        options["address"] = address
    try:
        ray.init(**options)
    except (ConnectionError, RuntimeError, ValueError) as problem:
        first = str(problem).strip().splitlines()[0][:200]
        raise UsageError(
            f"--on {SCHEME}{address}: Ray cannot be reached: {first}"
            if address
            else f"--on ray: Ray cannot be started: {first}",
            hint="run this on a machine of the cluster, and check HOST:PORT with: ray status",
        ) from problem
    return ray


def _address(place: str) -> str:
    """HOST:PORT of ray://HOST[:PORT]."""
    address = place.removeprefix(SCHEME)
    return address if ":" in address else f"{address}:{PORT}"
