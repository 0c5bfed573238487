"""A Ray of several nodes on this machine: a head that works on nothing, and nodes of one core."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

from tenfold.scale.runners.ray_connection import OBJECT_STORE_BYTES, SETTINGS

STARTS_MAX = 5  # Ray gives a node 30 seconds to start, which a busy machine takes longer for


class Nodes:
    """The nodes that work; any of them can be killed, and replaced."""

    def __init__(self, count: int) -> None:
        from ray.cluster_utils import Cluster

        head = {"num_cpus": 0, "object_store_memory": OBJECT_STORE_BYTES}
        self._cluster = _patiently(
            lambda: Cluster(
                initialize_head=True, head_node_args=head | {"include_dashboard": False}
            )
        )
        for _ in range(count):
            self.add()

    @property
    def place(self) -> str:
        return f"ray://{self._cluster.address}"

    def add(self) -> None:
        _patiently(
            lambda: self._cluster.add_node(num_cpus=1, object_store_memory=OBJECT_STORE_BYTES)
        )

    def kill(self, number: int) -> None:
        """Kill a node with all its processes, without a word to anybody."""
        nodes = sorted(self._cluster.worker_nodes, key=lambda node: node.unique_id)
        self._cluster.remove_node(nodes[number % len(nodes)], allow_graceful=False)

    def close(self) -> None:
        self._cluster.shutdown()


@contextlib.contextmanager
def nodes(count: int) -> Iterator[Nodes]:
    """So many nodes during the block."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    running = Nodes(count)
    try:
        yield running
    finally:
        running.close()


def _patiently(start: Any) -> Any:
    for _ in range(STARTS_MAX - 1):
        try:
            return start()
        except Exception as problem:  # Ray's is a bare Exception
            print(f"tried again: {str(problem).splitlines()[0]}")
    return start()
