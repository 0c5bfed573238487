"""Change of the model of a real server by SIGHUP, under load."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

pytest.importorskip("uvicorn", reason="the serve extra is not installed")

import numpy as np

from served import SECONDS, Answer, Server, serving, three
from tenfold.classifier.classifier import WEIGHTS
from tenfold.model_folder import open_model

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGHUP")

VERSIONS = {name: open_model(WEIGHTS / name).version for name in ("mnist", "pictures")}


def point_at(link: Path, model: Path) -> None:
    """Let `link` name `model`, in one step."""
    aside = link.with_suffix(".new")
    aside.symlink_to(model, target_is_directory=True)
    os.replace(aside, link)


@pytest.fixture
def current(tmp_path: Path) -> Path:
    link = tmp_path / "current"
    point_at(link, WEIGHTS / "mnist")
    return link


def classify(server: Server, tiles: np.ndarray) -> Answer:
    return server.post("/predict", {"images": tiles.tolist()})


def model_of(answer: Answer) -> str:
    assert answer.status == 200, answer.body
    version = answer.headers["tenfold-model"]
    assert version is not None
    return version


def test_the_model_changes_under_load_and_no_request_fails(
    tmp_path: Path, current: Path, tiles: np.ndarray
):
    with serving(tmp_path / "log", "--model", str(current)) as server:
        answers: list[Answer] = []
        done = threading.Event()

        def ask_on() -> None:
            while not done.is_set():
                answers.append(classify(server, tiles))

        asking = [threading.Thread(target=ask_on) for _ in range(3)]
        for thread in asking:
            thread.start()
        point_at(current, WEIGHTS / "pictures")
        server.process.send_signal(signal.SIGHUP)
        server.event(event="model changed", before=VERSIONS["mnist"], after=VERSIONS["pictures"])
        done.set()
        for thread in asking:
            thread.join()
        assert {model_of(answer) for answer in answers} <= set(VERSIONS.values())
        assert model_of(classify(server, tiles)) == VERSIONS["pictures"]
        picture = server.post("/predict", three(), "image/png")
        assert model_of(picture) == VERSIONS["pictures"]
        assert server.get("/settings").json["model_version"] == VERSIONS["pictures"]
        metrics = server.get("/metrics").body.decode()
        assert f'tenfold_model{{version="{VERSIONS["pictures"]}"}} 1.0' in metrics
        assert f'tenfold_model{{version="{VERSIONS["mnist"]}"}} 0.0' in metrics
        assert 'tenfold_model_changes_total{result="changed"} 1.0' in metrics
        of_old = server.get(f"/v2/models/tenfold/versions/{VERSIONS['mnist']}")
        assert of_old.status == 404
        assert "/v2/models/tenfold names the one that answers" in of_old.json["hint"]
        assert server.get(f"/v2/models/tenfold/versions/{VERSIONS['pictures']}").status == 200
        assert server.stop() == 0


def test_a_damaged_model_is_refused_and_the_present_one_answers_on(
    tmp_path: Path, current: Path, tiles: np.ndarray
):
    damaged = tmp_path / "damaged"
    shutil.copytree(WEIGHTS / "pictures", damaged)
    with (damaged / "model.onnx").open("r+b") as graph:
        graph.seek(1000)
        graph.write(b"other bytes")
    with serving(tmp_path / "log", "--model", str(current)) as server:
        point_at(current, damaged)
        server.process.send_signal(signal.SIGHUP)
        refused = server.event(event="model not changed", model=VERSIONS["mnist"])
        assert "model.onnx" in refused["error"]
        assert model_of(classify(server, tiles)) == VERSIONS["mnist"]
        assert server.get("/v2/health/ready").status == 200
        assert 'tenfold_model_changes_total{result="refused"} 1.0' in (
            server.get("/metrics").body.decode()
        )


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_all_workers_change_and_none_is_replaced(tmp_path: Path, current: Path, tiles: np.ndarray):
    with serving(tmp_path / "log", "--model", str(current), "--workers", "2") as server:
        pids = set(server.workers())
        point_at(current, WEIGHTS / "pictures")
        server.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + SECONDS
        while [event["event"] for event in server.events()].count("model changed") < 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        versions = {model_of(classify(server, tiles)) for _ in range(8)}
        assert versions == {VERSIONS["pictures"]}
        assert set(server.workers()) == pids
