"""Versions, processor and threads, recorded with every run and every benchmark."""

from __future__ import annotations

import functools
import math
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tenfold import __version__
from tenfold.errors import UsageError

PACKAGES = (
    "numpy",
    "onnxruntime",
    "openvino",
    "pillow",
    "torch",
    "onnx",
    "scikit-learn",
)


def package_versions() -> dict[str, str]:
    """The versions of installed packages that can change a result, e.g. {"numpy": "2.4.6"}."""
    from importlib import metadata  # slow: it imports the email package

    versions = {"tenfold": __version__}  # which a cluster's nodes have, and need not have installed
    for name in PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


def refuse_other_versions(begun: Mapping[str, str], here: Mapping[str, str], work: str) -> None:
    """Raise UsageError where this machine would compute other bytes than the one that began."""
    for name, version in begun.items():
        if here.get(name) != version:
            raise UsageError(
                f"the node {platform.node()} has {name} {here.get(name, 'not')}, the {work} was "
                f"begun with {version}",
                hint="install the same versions on all nodes: pip install -c constraints.txt",
            )


@functools.cache
def _cpuinfo() -> dict[str, str]:
    """The fields of the first processor in /proc/cpuinfo; empty without Linux."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return {}
    lines = [line.partition(":") for line in text.partition("\n\n")[0].splitlines()]
    return {name.strip(): value.strip() for name, _, value in lines}


def cpu_flags() -> frozenset[str]:
    """The instruction sets by Linux's names; empty where they cannot be read."""
    return frozenset(_cpuinfo().get("flags", _cpuinfo().get("Features", "")).split())


def cpu_has_fast_bf16() -> bool:
    """Whether bf16 is native; emulated, it is several times slower than fp32."""
    return bool(cpu_flags() & {"amx_bf16", "avx512_bf16"})


def cpu_has_bf16_tiles() -> bool:
    """Whether the processor multiplies matrices of bf16 (AMX), several times as fast as fp32."""
    return "amx_bf16" in cpu_flags()


def threads_available() -> int:
    """The number of cores that this process may use: in a container, fewer than the machine has.

    A limit on processor time, as containers have, counts as so many cores, rounded up.
    """
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    limit = processor_limit()
    return cores if limit is None else max(1, min(cores, math.ceil(limit)))


def processor_limit(root: Path = Path("/")) -> float | None:
    """Seconds of processor time that the control groups of this process allow in a second; None
    without a limit, and without Linux.

    Version 2 has `cpu.max`, version 1 `cpu.cfs_quota_us` and `cpu.cfs_period_us`
    (https://docs.kernel.org/admin-guide/cgroup-v2.html, .../scheduler/sched-bwc.html). Groups above
    that of the process are limits too. In a container its own group is usually the root.
    """
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except (OSError, ValueError):
        return None
    limits: list[float] = []
    for line in lines:
        _, controllers, group = (line.split(":", 2) + ["", ""])[:3]
        if controllers and "cpu" not in controllers.split(","):
            continue
        mounts = ("", "unified") if not controllers else ("cpu", "cpu,cpuacct")
        for mount in (root / "sys/fs/cgroup" / mount for mount in mounts):
            parts = [part for part in group.split("/") if part not in ("", "..")]
            groups = [mount.joinpath(*parts[:depth]) for depth in range(len(parts) + 1)]
            limits += [limit for limit in map(_limit_of, groups) if limit is not None]
    return min(limits, default=None)


def _limit_of(group: Path) -> float | None:
    for names in (("cpu.max",), ("cpu.cfs_quota_us", "cpu.cfs_period_us")):
        try:
            quota, period = " ".join((group / name).read_text() for name in names).split()
            if float(quota) > 0 and float(period) > 0:
                return float(quota) / float(period)
        except (OSError, ValueError):  # no such file; "max"
            continue
    return None


def describe() -> dict[str, Any]:
    """A JSON-ready description without the names of user and host."""
    recorded_flags = ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "amx_tile")
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "cpu": _cpuinfo().get("model name", platform.processor()),
        "cpu_flags": [flag for flag in recorded_flags if flag in cpu_flags()],
        "threads": threads_available(),
        "packages": package_versions(),
    }
