from __future__ import annotations

import threading
from pathlib import Path

from tenfold.run_folder.new_name import claim_next, next_free


def test_the_next_name_comes_after_all_that_exist(tmp_path: Path) -> None:
    assert next_free("fast", tmp_path / "runs").name == "fast-1"
    for name in ("fast-1", "fast-7", "fast-x", "notebook-9", "faster-12"):
        (tmp_path / name).mkdir()
    assert next_free("fast", tmp_path).name == "fast-8"


def test_runs_without_a_name_never_share_one(tmp_path: Path) -> None:
    taken: list[Path] = []
    threads = [
        threading.Thread(target=lambda: taken.append(claim_next("fast", tmp_path)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {path.name for path in taken} == {f"fast-{number}" for number in range(1, 9)}
