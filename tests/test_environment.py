from __future__ import annotations

import getpass
import json
import platform
from pathlib import Path

import pytest

from tenfold import environment


def test_the_description_is_json_and_names_neither_user_nor_host() -> None:
    text = json.dumps(environment.describe())
    assert platform.node() not in text or len(platform.node()) < 4
    assert f'"{getpass.getuser()}"' not in text
    assert json.loads(text)["packages"]["numpy"]


@pytest.mark.parametrize(
    ("flags", "fast"),
    [((), False), (("avx2", "avx512f"), False), (("avx512_bf16",), True), (("amx_bf16",), True)],
)
def test_bf16_is_fast_only_where_the_processor_says_so(
    flags: tuple[str, ...], fast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "cpu_flags", lambda: frozenset(flags))
    assert environment.cpu_has_fast_bf16() is fast


def test_there_is_at_least_one_thread() -> None:
    assert environment.threads_available() >= 1


@pytest.mark.parametrize(
    ("own", "files", "limit"),
    [
        ("0::/", {"cpu.max": "150000 100000\n"}, 1.5),
        ("0::/", {"cpu.max": "max 100000\n"}, None),
        ("0::/pod/box", {"pod/cpu.max": "200000 100000", "pod/box/cpu.max": "max 100000"}, 2.0),
        ("0::/pod/box", {"pod/cpu.max": "50000 100000", "pod/box/cpu.max": "90000 100000"}, 0.5),
        (
            "5:cpuset:/\n4:cpu,cpuacct:/box\n0::/",
            {"cpu/box/cpu.cfs_quota_us": "50000\n", "cpu/box/cpu.cfs_period_us": "20000\n"},
            2.5,
        ),
        ("4:cpu:/", {"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, None),
        ("0::/../outside", {}, None),
        ("nonsense", {"cpu.max": "one two three"}, None),
    ],
)
def test_the_limit_on_processor_time_is_that_of_the_tightest_group(
    own: str, files: dict[str, str], limit: float | None, tmp_path: Path
) -> None:
    for name, content in {"proc/self/cgroup": own}.items() | {
        (f"sys/fs/cgroup/{name}", content) for name, content in files.items()
    }:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    assert environment.processor_limit(tmp_path) == limit


def test_without_control_groups_there_is_no_limit(tmp_path: Path) -> None:
    assert environment.processor_limit(tmp_path) is None


@pytest.mark.parametrize(("limit", "threads"), [(0.2, 1), (1.5, 2), (1e6, None), (None, None)])
def test_a_limit_on_processor_time_counts_as_cores(
    limit: float | None, threads: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = environment.threads_available()
    monkeypatch.setattr(environment, "processor_limit", lambda: limit)
    expected = without if threads is None else min(without, threads)
    assert environment.threads_available() == expected
