"""Pictures that cost too much, at a real server: others are answered, and it stops when told."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytest.importorskip("uvicorn", reason="the serve extra is not installed")
pytest.importorskip("cv2", reason="the photo extra is not installed")

import hostile_pictures
from conftest import paint
from served import SECONDS, Answer, Server, png_of, serving, three

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
ENDLESS = hostile_pictures.jpeg_of_scans(300, side=3000)  # some minutes


def predict(server: Server, content: bytes) -> Answer:
    return server.post("/predict", content, "image/png")


def test_costly_pictures_are_given_up_and_good_ones_answered(tmp_path: Path):
    with serving(tmp_path, "--picture-seconds", "0.5") as server, ThreadPoolExecutor(4) as threads:
        costly = [threads.submit(predict, server, ENDLESS) for _ in range(4)]
        while not all(future.done() for future in costly):
            assert predict(server, three()).json["text"] == "3"
        answers = [future.result() for future in costly]
        events = server.events()
    for answer in answers:
        assert answer.status in (422, 503)
        assert "take" in answer.json["error"]
        assert answer.json["hint"]
    assert 422 in {answer.status for answer in answers}
    assert {event["level"] for event in events} == {"info"}


@pytest.mark.parametrize("kind", ["GIF", "BMP"])
def test_kinds_that_are_not_served_are_refused(tmp_path: Path, kind: str):
    picture = io.BytesIO()
    paint("3").save(picture, kind)
    with serving(tmp_path) as server:
        answer = predict(server, picture.getvalue())
    assert answer.status == 422
    assert f"a {kind} picture, which is not opened here" in answer.json["error"]


def isolated_processes(server: Server) -> set[int]:
    """Process ids of the fork server and of the processes that it has forked."""
    pids = [server.process.pid]
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").iterdir():
            pids += map(int, (task / "children").read_text().split())
    commands = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids}
    return {pid for pid, command in commands.items() if b"tenfold.isolation" in command}


def wait_until_gone(pids: set[int]) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and any(
        Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes()
        for pid in pids
    ):
        time.sleep(0.02)
    assert time.monotonic() < deadline


def under_way(server: Server, count: int) -> None:
    while f"tenfold_requests_under_way {count:.1f}" not in server.get("/metrics").body.decode():
        time.sleep(0.02)


@linux
def test_a_stop_ends_pictures_that_take_longer_with_an_answer(tmp_path: Path):
    answers: list[Answer] = []
    with serving(tmp_path, "--picture-seconds", "600", "--stop-seconds", "0.5") as server:
        clients = [
            threading.Thread(target=lambda: answers.append(predict(server, ENDLESS)))
            for _ in range(3)
        ]
        for client in clients:
            client.start()
        under_way(server, len(clients))
        pids = isolated_processes(server)
        assert server.stop() == 0
        for client in clients:
            client.join()
        lines = server.events()
        said = server.log.read_text().splitlines()
        assert all(line.startswith(("{", "model: ", "serving ", "stopped")) for line in said)
    assert [answer.status for answer in answers] == [503] * 3
    assert all("stop" in answer.json["error"] for answer in answers)
    assert all(answer.headers["Retry-After"] for answer in answers)
    assert sum(line.get("status") == 503 for line in lines) == 3
    assert not any("traceback" in line for line in lines)
    wait_until_gone(pids)


@linux
def test_a_server_that_is_killed_leaves_no_process_behind(tmp_path: Path):
    with serving(tmp_path, "--picture-seconds", "600", "--quiet") as server:
        client = threading.Thread(target=abandoned, args=(server,))
        client.start()
        under_way(server, 1)
        pids = isolated_processes(server)
        assert pids
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait(SECONDS)
        client.join()
        wait_until_gone(pids)


def abandoned(server: Server) -> None:
    with pytest.raises(OSError):  # noqa: PT011 - whatever the system calls it
        predict(server, ENDLESS)


@linux
def test_a_process_that_crashes_is_replaced(tmp_path: Path):
    with serving(tmp_path, "--quiet") as server:
        for _ in range(2):
            answer = predict(server, png_of(paint("7", 120)))
            assert answer.json.get("text") == "7", answer.json
            pids = isolated_processes(server)
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
            wait_until_gone(pids)
        assert predict(server, three()).json["text"] == "3"
