"""bench/: every script starts as its README says."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BENCH = ROOT / "bench"
ROOMS = ("accuracy", "fixtures", "peers", "reading", "serving", "speed")
ENTRY_POINTS = sorted(path.name for path in BENCH.glob("*.py") if path.name != "__init__.py")
EXTRAS = ("torch", "cv2", "uvicorn", "schemathesis", "matplotlib")

# each as `python bench/NAME` begins: without the root in sys.path, up to `if __name__ == ...`
START_ALL = f"""
import runpy, sys
sys.path = [place for place in sys.path if place not in ("", {str(ROOT)!r})]
for path in sys.argv[1:]:
    before = list(sys.path)
    assert callable(runpy.run_path(path, run_name="started")["main"]), path
    sys.path[:] = before
    for name in [name for name in sys.modules if name.partition(".")[0] == "bench"]:
        del sys.modules[name]
"""


def scripts() -> list[Path]:
    """Files that do something when they are run."""
    found = [path for path in BENCH.rglob("*.py") if '__name__ == "__main__"' in path.read_text()]
    return [path for path in found if path.parent.name != "peers"]


def test_the_entry_points_stay_where_they_are_documented() -> None:
    documented = {"comparison.py", "scoring.py", "pictures.py", "hostile.py", "soak.py"}
    assert documented <= set(ENTRY_POINTS)


def test_every_folder_is_a_known_room() -> None:
    rooms = {path.parent.relative_to(BENCH).as_posix() for path in BENCH.rglob("*.py")}
    assert rooms - {"."} == set(ROOMS)


@pytest.mark.train
@pytest.mark.skipif(not all(map(find_spec, EXTRAS)), reason="an extra or schemathesis is missing")
def test_entry_points_start_by_their_path(tmp_path: Path) -> None:
    paths = [str(BENCH / name) for name in ENTRY_POINTS]
    command = [sys.executable, "-c", START_ALL, *paths]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("script", scripts(), ids=lambda path: path.relative_to(BENCH).as_posix())
def test_the_readme_has_the_command_of_every_script(script: Path) -> None:
    place = script.relative_to(ROOT)
    module = ".".join(place.with_suffix("").parts)
    by_path = script.parent == BENCH
    command = f"python {place.as_posix()}" if by_path else f"python -m {module}"
    readme = (BENCH / "README.md").read_text(encoding="utf-8")
    assert command in readme
    assert command in (script.read_text(encoding="utf-8").split('"""')[1]), "its docstring"
