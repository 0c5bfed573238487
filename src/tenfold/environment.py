"""What a run ran on: versions, processor, threads. Recorded with every run and every bench."""

from __future__ import annotations

import functools
import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGES = ("tenfold", "numpy", "onnxruntime", "pillow", "torch", "onnx", "scikit-learn")


def package_versions() -> dict[str, str]:
    """The installed ones of the packages that can change a result, e.g. {"numpy": "2.4.6"}."""
    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


@functools.cache
def cpu_flags() -> frozenset[str]:
    """Instruction sets as Linux names them; empty where they cannot be read."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return frozenset()
    for line in text.splitlines():
        if line.startswith(("flags", "Features")):
            return frozenset(line.partition(":")[2].split())
    return frozenset()


def cpu_has_fast_bf16() -> bool:
    """Without one of these, bf16 is emulated and several times slower than fp32."""
    return bool(cpu_flags() & {"amx_bf16", "avx512_bf16"})


def threads_available() -> int:
    """Cores that this process may use, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _cpu_name() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return platform.processor()
    for line in text.splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def describe() -> dict[str, Any]:
    """JSON-ready; holds nothing that names the user or the host."""
    interesting = ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "amx_tile")
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "cpu": _cpu_name(),
        "cpu_flags": [flag for flag in interesting if flag in cpu_flags()],
        "threads": threads_available(),
        "packages": package_versions(),
    }
