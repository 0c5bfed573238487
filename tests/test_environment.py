from __future__ import annotations

import getpass
import json
import platform

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
