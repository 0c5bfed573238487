"""Versions, processor and threads, recorded with every run and every benchmark."""

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
    """The versions of installed packages that can change a result, e.g. {"numpy": "2.4.6"}."""
    from importlib import metadata  # slow: it imports the email package

    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


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


def threads_available() -> int:
    """The number of cores that this process may use: in a container, fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


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
