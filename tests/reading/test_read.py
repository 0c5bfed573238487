"""tenfold read: costly pictures, and Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import hostile_pictures
from conftest import NEEDS_PHOTO, paint
from tenfold.cli import main


def test_read_names_costly_files_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.png").write_bytes(hostile_pictures.png_of_chunks(300_000))
    (tmp_path / "b.tif").write_bytes(hostile_pictures.tiff_of_many_strips())
    paint("7").save("z.png")
    with pytest.raises(SystemExit) as ended:
        main(["read", "--json", "--picture-seconds", "0.3", "."])
    assert ended.value.code == 2
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [os.path.basename(answer["file"]) for answer in answers] == ["a.png", "b.tif", "z.png"]
    assert "takes more than" in answers[0]["error"]
    assert "numbers" in answers[1]["error"]
    assert answers[2]["text"] == "7"


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT to one process")
def test_ctrl_c_does_not_wait_for_a_picture_that_takes_minutes(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    endless, good = tmp_path / "z.jpg", tmp_path / "a.png"
    endless.write_bytes(hostile_pictures.jpeg_of_scans(3000, side=3000))
    paint("7").save(good)
    command = ["read", "--picture-seconds", "600", *[str(good)] * 20, str(endless)]
    with subprocess.Popen(
        [sys.executable, "-m", "tenfold", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        # a shell's background job ignores SIGINT, and so would its children
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdout is not None
        assert b": 7 " in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(60) != 0
