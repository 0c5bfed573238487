"""Choice of the precision by measured steps."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytestmark = [
    pytest.mark.train,
    pytest.mark.skipif(torch.cuda.is_available(), reason="is about processors without a GPU"),
]

from tenfold.training.loop import speed_trial  # noqa: E402
from tenfold.training.loop.speed_trial import TRIAL_TILES, choose_precision  # noqa: E402
from tiny_training import TINY  # noqa: E402

AUTO = TINY.replace({"precision": "auto", "epochs": 1})


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENFOLD_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr("tenfold.machine_trials._known", {})


def processor(monkeypatch: pytest.MonkeyPatch, *, bf16: bool = True, amx: bool = True) -> None:
    monkeypatch.setattr(speed_trial, "cpu_has_fast_bf16", lambda: bf16)
    monkeypatch.setattr(speed_trial, "cpu_has_bf16_tiles", lambda: amx)


@pytest.mark.parametrize(
    ("bf16", "amx", "chosen"),
    [(False, False, "fp32"), (True, False, "fp32"), (True, True, "bf16")],
)
def test_a_short_training_goes_by_what_is_known_of_the_processor(
    monkeypatch: pytest.MonkeyPatch, bf16: bool, amx: bool, chosen: str
) -> None:
    processor(monkeypatch, bf16=bf16, amx=amx)
    monkeypatch.setattr(speed_trial, "_times", lambda recipe: pytest.fail("a trial"))
    assert choose_precision(AUTO, 500) == chosen
    assert choose_precision(AUTO.replace({"precision": "fp32"}), 10**6) is None


@pytest.mark.parametrize("amx", [True, False])
@pytest.mark.parametrize(
    ("times", "chosen"),
    [
        ({"fp32": 0.06, "bf16": 0.08}, "fp32"),
        ({"fp32": 0.08, "bf16": 0.06}, "bf16"),
        ({"fp32": 0.08}, "fp32"),
    ],
    ids=["bf16 slower", "bf16 faster", "bf16 does not agree"],
)
def test_a_long_training_goes_by_the_trial_and_so_do_short_ones_after_it(
    monkeypatch: pytest.MonkeyPatch, amx: bool, times: dict[str, float], chosen: str
) -> None:
    processor(monkeypatch, amx=amx)
    monkeypatch.setattr(speed_trial, "_times", lambda recipe: dict(times))
    said: list[str] = []
    assert choose_precision(AUTO, TRIAL_TILES, said.append) == chosen
    assert "fp32 " in said[0]
    assert "trials.json" in said[0]
    monkeypatch.setattr(speed_trial, "_times", lambda recipe: pytest.fail("a trial"))
    assert choose_precision(AUTO, 500, said.append) == chosen
    assert choose_precision(AUTO, TRIAL_TILES, said.append) == chosen
    assert len(said) == 1


def test_a_real_trial_leaves_the_training_as_it_is() -> None:
    from tenfold.training.loop.state import TrainingState

    def weights() -> list[torch.Tensor]:
        return list(TrainingState.initial(AUTO, 0).networks[0].state_dict().values())

    before, threads = weights(), torch.get_num_threads()
    times = speed_trial._times(AUTO)
    assert {"fp32"} <= set(times) <= {"fp32", "bf16"}
    assert all(0 < seconds < 60 for seconds in times.values())
    assert torch.get_num_threads() == threads
    assert all(torch.equal(one, other) for one, other in zip(before, weights(), strict=True))
