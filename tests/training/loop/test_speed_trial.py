"""Choice of precision and parallelism by measured steps."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytestmark = [
    pytest.mark.train,
    pytest.mark.skipif(torch.cuda.is_available(), reason="is about processors without a GPU"),
]

from tenfold.errors import UsageError  # noqa: E402
from tenfold.training.loop import speed_trial  # noqa: E402
from tenfold.training.loop.parallel import Parallelism  # noqa: E402
from tenfold.training.loop.precision import FastSettings  # noqa: E402
from tenfold.training.loop.speed_trial import TRIAL_TILES, find_fast_settings  # noqa: E402
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
    monkeypatch.setattr(speed_trial, "_times", lambda *given: pytest.fail("a trial"))
    assert find_fast_settings(AUTO, 500) == FastSettings(chosen)
    assert find_fast_settings(AUTO.replace({"precision": "fp32"}), 500) == FastSettings("fp32")


@pytest.mark.parametrize("amx", [True, False])
@pytest.mark.parametrize(
    ("times", "chosen"),
    [
        ({"fp32 2x1": 0.06, "bf16 2x1": 0.08}, FastSettings("fp32", Parallelism(2, 1))),
        ({"fp32 2x1": 0.08, "bf16 2x1": 0.06}, FastSettings("bf16", Parallelism(2, 1))),
        ({"fp32 2x1": 0.08}, FastSettings("fp32", Parallelism(2, 1))),
        ({"fp32 2x1": 0.08, "fp32 1x2": 0.07}, FastSettings("fp32", Parallelism(1, 2))),
        ({"fp32 2x1": 0.080, "fp32 1x2": 0.077}, FastSettings("fp32", Parallelism(2, 1))),
    ],
    ids=["bf16 slower", "bf16 faster", "bf16 does not agree", "one by one", "hardly faster"],
)
def test_a_long_training_goes_by_the_trial_and_so_do_short_ones_after_it(
    monkeypatch: pytest.MonkeyPatch, amx: bool, times: dict[str, float], chosen: FastSettings
) -> None:
    processor(monkeypatch, amx=amx)
    monkeypatch.setattr(speed_trial, "_times", lambda *given: dict(times))
    said: list[str] = []
    assert find_fast_settings(AUTO, TRIAL_TILES, said.append) == chosen
    assert "fp32 2x1 " in said[0]
    assert "trials.json" in said[0]
    monkeypatch.setattr(speed_trial, "_times", lambda *given: pytest.fail("a trial"))
    assert find_fast_settings(AUTO, 500, said.append) == chosen
    assert find_fast_settings(AUTO, TRIAL_TILES, said.append) == chosen
    assert len(said) == 1


def test_a_trial_of_another_form_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    processor(monkeypatch)
    monkeypatch.setattr(speed_trial, "_times", lambda *given: {"edited by hand": 0.1})
    assert find_fast_settings(AUTO, TRIAL_TILES) == FastSettings("bf16")


def test_a_real_trial_leaves_the_training_as_it_is() -> None:
    from tenfold.training.loop.state import TrainingState

    def weights() -> list[torch.Tensor]:
        return list(TrainingState.initial(AUTO, 0).networks[0].state_dict().values())

    two_shards = AUTO.replace({"batch_size": 256})
    before, threads = weights(), torch.get_num_threads()
    torch.set_num_threads(4)
    try:
        times = speed_trial._times(two_shards, ("fp32", "bf16"))
        assert torch.get_num_threads() == 4
    finally:
        torch.set_num_threads(threads)
    assert {"fp32 2x2", "bf16 2x2"} & set(times)
    assert {"fp32 2x1", "bf16 2x1"} & set(times)
    assert not {"fp32 1x4", "bf16 1x4"} & set(times)
    assert all(0 < seconds < 60 for seconds in times.values())
    assert all(torch.equal(one, other) for one, other in zip(before, weights(), strict=True))


def test_bf16_that_does_not_agree_is_left_to_the_training(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*given: object) -> dict[str, object]:
        raise UsageError("bf16 gives other gradients", hint="use fp32")

    monkeypatch.setattr(speed_trial, "_steps", refused)
    said: list[str] = []
    find_fast_settings(AUTO.replace({"precision": "bf16"}), TRIAL_TILES, said.append)
    assert said == []


def test_lanes_that_were_chosen_are_taken() -> None:
    from tenfold.training.loop.fit import parallelism_of
    from tenfold.training.loop.state import TrainingState

    state = TrainingState.initial(AUTO, 0, faster=FastSettings("fp32", Parallelism(1, 2)))
    assert parallelism_of(state, 2).count == 1
    assert state.hardware.describe()["lanes"] == [1, 2]
    assert TrainingState.initial(AUTO, 0).hardware.describe()["lanes"] is None
