"""What a run ran on: versions, processor, threads. Recorded with every run and every bench."""

from __future__ import annotations

import functools
import os
import platform
from pathlib import Path
from typing import Any

PACKAGES = (
    "tenfold",
    "numpy",
    "onnxruntime",
    "openvino",
    "pillow",
    "torch",
    "onnx",
    "scikit-learn",
)


def package_versions() -> dict[str, str]:
    """The installed ones of the packages that can change a result, e.g. {"numpy": "2.4.6"}."""
    from importlib import metadata  # brings the whole of email with it

    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


@functools.cache
def _cpuinfo() -> dict[str, str]:
    """The fields of the first processor as Linux tells them; empty elsewhere."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return {}
    lines = [line.partition(":") for line in text.partition("\n\n")[0].splitlines()]
    return {name.strip(): value.strip() for name, _, value in lines}


def cpu_flags() -> frozenset[str]:
    """Instruction sets as Linux names them; empty where they cannot be read."""
    return frozenset(_cpuinfo().get("flags", _cpuinfo().get("Features", "")).split())


def cpu_has_fast_bf16() -> bool:
    """Without one of these, bf16 is emulated and several times slower than fp32."""
    return bool(cpu_flags() & {"amx_bf16", "avx512_bf16"})


def threads_available() -> int:
    """Cores that this process may use, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def describe() -> dict[str, Any]:
    """JSON-ready; holds nothing that names the user or the host."""
    interesting = ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "amx_tile")
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "cpu": _cpuinfo().get("model name", platform.processor()),
        "cpu_flags": [flag for flag in interesting if flag in cpu_flags()],
        "threads": threads_available(),
        "packages": package_versions(),
    }
