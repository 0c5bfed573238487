from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tenfold.errors import OutputError
from tenfold.run_folder import RunFolder
from tenfold.run_folder.facts import RunFacts

pytest.importorskip("filelock", reason="locks come with the train extra")

from tenfold.files import locks
from tenfold.files.locks import locked

HOLD = """
import sys
from pathlib import Path
from tenfold.files.locks import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""
DATA = RunFacts()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.05)


def held_by_another(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_refused_by_the_name_of_the_first(tmp_path: Path) -> None:
    with held_by_another(tmp_path) as process:
        named = (
            rf"in use by process {process.pid} on .*\nhint: wait" if os.name != "nt" else "in use"
        )
        with pytest.raises(OutputError, match=named), locked(tmp_path):
            pytest.fail("the block must not run")
        process.kill()
    with locked(tmp_path):  # a killed one leaves the file and no lock
        assert (tmp_path / ".lock").exists()
    assert os.listdir(tmp_path) == []


def test_another_thread_is_refused_too(tmp_path: Path) -> None:
    refused: list[BaseException] = []

    def try_it() -> None:
        try:
            with locked(tmp_path):
                pass
        except OutputError as problem:
            refused.append(problem)

    with locked(tmp_path):
        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join()
    assert len(refused) == 1


def test_the_lock_of_a_folder_made_anew_is_left_alone(tmp_path: Path) -> None:
    with locked(tmp_path):
        (tmp_path / ".lock").unlink()
        (tmp_path / ".lock").write_text("process 1 on elsewhere\n")
    assert (tmp_path / ".lock").exists()


def test_force_is_refused_while_a_run_is_at_work(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    with run.created("epochs = 1\n", DATA, force=False):
        with pytest.raises(OutputError, match="in use by process"):
            run.create("epochs = 2\n", DATA, force=True)
        assert run.recipe.read_text() == "epochs = 1\n"
    run.create("epochs = 2\n", DATA, force=True)
    assert sorted(os.listdir(run.path)) == ["data.json", "recipe.toml"]
    assert run.recipe.read_text() == "epochs = 2\n"


def test_force_is_refused_while_a_fold_is_resumed_by_itself(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    run.create("", DATA, force=False)
    run.fold(0).create("", DATA, force=False)
    with locked(run.fold(0).path), pytest.raises(OutputError, match=r"folds.0: in use by process"):
        run.create("", DATA, force=True)
    assert run.fold(0).recipe.exists()


def test_of_many_runs_created_at_once_in_one_place_one_succeeds(tmp_path: Path) -> None:
    created, done = [], threading.Event()

    def create(number: int) -> None:
        try:
            with RunFolder(tmp_path / "run").created(f"{number}", DATA, force=True):
                created.append(number)
                done.wait(10)
        except OutputError:
            refused.release()

    refused = threading.Semaphore(0)
    threads = [threading.Thread(target=create, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for _ in threads[1:]:
        assert refused.acquire(timeout=10)
    assert RunFolder(tmp_path / "run").recipe.read_text() == str(created[0])
    done.set()
    for thread in threads:
        thread.join()
    assert len(created) == 1


def test_without_locks_of_the_file_system_every_process_may_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    import filelock

    def refuse(self: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    with locked(tmp_path), locked(tmp_path):
        pass
