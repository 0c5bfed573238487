"""Choice of the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine_needs import needs
from tenfold.classifier import Engine, engine_choice, find_model
from tenfold.classifier.engine_choice import BULK, TRIAL_TILES, choose, choose_to_serve

MODEL = find_model("mnist")
START_AND_TILE = ("onnxruntime start", "onnxruntime tile", "openvino start", "openvino tile")


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENFOLD_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr("tenfold.machine_trials._known", {})


def processor(
    monkeypatch: pytest.MonkeyPatch, *, installed: bool = True, bf16: bool = True, amx: bool = True
) -> None:
    monkeypatch.setattr(engine_choice, "find_spec", lambda name: installed or None)
    monkeypatch.setattr(engine_choice, "cpu_has_fast_bf16", lambda: bf16)
    monkeypatch.setattr(engine_choice, "cpu_has_bf16_tiles", lambda: amx)


@pytest.mark.parametrize(
    ("installed", "bf16", "amx", "tiles", "chosen"),
    [
        (True, True, True, BULK, "openvino"),
        (True, True, False, BULK, "onnxruntime"),
        (True, True, True, BULK - 1, "onnxruntime"),
        (True, True, True, 1, "onnxruntime"),
        (True, False, False, TRIAL_TILES, "onnxruntime"),
        (False, True, True, TRIAL_TILES, "onnxruntime"),
    ],
)
def test_without_a_trial_auto_goes_by_what_is_known_of_the_processor(
    monkeypatch: pytest.MonkeyPatch,
    installed: bool,
    bf16: bool,
    amx: bool,
    tiles: int,
    chosen: Engine,
) -> None:
    processor(monkeypatch, installed=installed, bf16=bf16, amx=amx)
    monkeypatch.setattr(engine_choice, "_times", lambda model, threads: pytest.fail("a trial"))
    assert choose("auto", tiles, MODEL, 2) == chosen


@pytest.mark.parametrize("amx", [True, False])
@pytest.mark.parametrize(
    ("times", "tiles", "chosen"),
    [
        ((0.1, 2e-5, 0.6, 1e-5), 28_000, "onnxruntime"),
        ((0.1, 2e-5, 0.6, 1e-5), 100_000, "openvino"),
        ((0.1, 1e-5, 0.6, 2e-5), 10**9, "onnxruntime"),
    ],
)
def test_a_trial_decides_by_the_time_from_the_start_to_the_last_tile(
    monkeypatch: pytest.MonkeyPatch,
    amx: bool,
    times: tuple[float, ...],
    tiles: int,
    chosen: Engine,
) -> None:
    processor(monkeypatch, amx=amx)
    found = dict(zip(START_AND_TILE, times, strict=True))
    monkeypatch.setattr(engine_choice, "_times", lambda model, threads: found)
    assert choose("auto", tiles, MODEL, 2) == chosen
    # what is remembered decides for fewer tiles too, and nothing is measured again
    monkeypatch.setattr(engine_choice, "_times", lambda model, threads: pytest.fail("a trial"))
    assert choose("auto", tiles, MODEL, 2) == chosen
    assert choose("auto", BULK, MODEL, 2) == "onnxruntime"


@pytest.mark.parametrize(
    ("installed", "bf16", "chosen"),
    [(True, True, "openvino"), (True, False, "onnxruntime"), (False, True, "onnxruntime")],
)
def test_a_server_takes_the_engine_that_is_faster_in_batches_of_changing_sizes(
    monkeypatch: pytest.MonkeyPatch, installed: bool, bf16: bool, chosen: Engine
) -> None:
    processor(monkeypatch, installed=installed, bf16=bf16)
    found = {"onnxruntime": 0.04, "openvino": 0.02}
    monkeypatch.setattr(engine_choice, "_serving_times", lambda model: dict(found))
    assert choose_to_serve("auto", MODEL) == chosen
    found["openvino"] = 0.08
    assert choose_to_serve("auto", MODEL) == chosen, "it is remembered"


def test_an_engine_that_is_asked_for_is_not_questioned(monkeypatch: pytest.MonkeyPatch) -> None:
    processor(monkeypatch, bf16=False)
    for engine in ("onnxruntime", "openvino"):
        assert choose(engine, 10**9, MODEL, 2) == engine
        assert choose_to_serve(engine, MODEL) == engine


def test_a_real_trial_times_both_engines() -> None:
    needs("openvino")
    times = engine_choice._times(MODEL, 2)
    assert set(times) == set(START_AND_TILE)
    served = engine_choice._serving_times(MODEL)
    assert set(served) == {"onnxruntime", "openvino"}
    assert all(0 < seconds < 60 for seconds in (*times.values(), *served.values()))
