"""What goes to TensorBoard's event files."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from recorded_library import named, record
from tenfold.interop.tracking.tensorboard_log import TensorboardLog


@pytest.mark.parametrize(
    ("folder", "there"), [(None, "runs/fast-1/tensorboard"), ("logs", "logs/fast-1")]
)
def test_files_lie_in_the_run_or_in_a_folder_for_all_runs(
    folder: str | None, there: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = record(monkeypatch, "tensorboard_log")
    TensorboardLog(folder).open(Path("runs/fast-1"), {"epochs": 2})
    assert named(calls, "SummaryWriter")[0][1] == (there,)
    assert '"epochs": 2' in named(calls, "add_text")[0][1][1]


def test_scalars_are_written_at_once_and_figures_as_pixels(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls = record(monkeypatch, "tensorboard_log")
    log = TensorboardLog(None)
    log.open(Path("runs/fast-1"), {})
    log.scalars({"loss": 0.5}, 3)
    assert named(calls, "add_scalar")[0][1] == ("loss", 0.5, 3)
    assert len(named(calls, "flush")) == 1
    Image.new("L", (8, 6)).save(tmp_path / "a.png")
    log.figure("confusion", tmp_path / "a.png")
    name, pixels, _ = named(calls, "add_image")[0][1]
    assert name == "figures/confusion"
    assert pixels.shape == (6, 8, 3)
    log.close()
    assert calls[-1][0].endswith("close")
