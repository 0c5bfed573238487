"""bench/: every script starts as its README says, and every record is in the index."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BENCH = ROOT / "bench"
ROOMS = ("accuracy", "fixtures", "peers", "reading", "scale", "serving", "speed")
RECORDS = BENCH / "records"
RECORD = r"\b20\d\d-\d\d-\d\d_[a-z0-9-]*[a-z0-9]"  # a record folder's name
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
    return sorted(path for path in found if path.parent.name != "peers")


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


# records


def documents() -> list[Path]:
    """What users and contributors read, without the records' own pages."""
    return [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), BENCH / "README.md"]


def index() -> tuple[str, str]:
    """The table of claims, and that of folders that were removed."""
    claims, _, removed = (
        (RECORDS / "README.md").read_text(encoding="utf-8").partition("\n## Superseded")
    )
    return claims, removed


def kept() -> set[str]:
    return {path.name for path in RECORDS.iterdir() if path.is_dir()}


def test_every_record_is_in_the_index_and_every_indexed_record_exists() -> None:
    claims, _ = index()
    linked = re.findall(rf"\[({RECORD})\]\(({RECORD})/README\.md\)", claims)
    assert all(name == target for name, target in linked)
    assert {name for name, _ in linked} == kept()
    assert all((RECORDS / name / "README.md").is_file() for name in kept())


def test_every_claim_has_figure_command_machine_date_and_folder() -> None:
    claims, _ = index()
    lines = [line for line in claims.splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    header, claimed = rows[0], [row for row in rows[1:] if not row[0].startswith("**")]
    assert header == ["claim", "figure", "command", "machine", "date", "folder"]
    assert claimed
    assert all(len(row) == len(header) and all(row) for row in claimed)


def test_a_removed_record_names_a_kept_one_that_supersedes_it() -> None:
    _, removed = index()
    for line in removed.splitlines():
        if line.startswith("| 20"):
            old, _, new = line.strip("| ").split(" | ")
            assert not set(re.findall(RECORD, old)) & kept(), line
            assert set(re.findall(RECORD, new)) <= kept(), line
            assert re.findall(RECORD, new), line


def test_every_record_that_is_cited_exists_or_is_said_to_be_superseded() -> None:
    superseded = set(re.findall(RECORD, index()[1]))
    code = [path for folder in ("src", "bench", "tests") for path in (ROOT / folder).rglob("*.py")]
    for path in [*documents(), *RECORDS.rglob("*.md"), *code]:
        cited = set(re.findall(RECORD, path.read_text(encoding="utf-8")))
        assert cited <= kept() | superseded, path


def test_documents_name_files_of_bench_that_exist() -> None:
    for path in documents():
        text = path.read_text(encoding="utf-8")
        for place in re.findall(r"\bbench/[\w/-]+\.(?:py|md|toml|txt|png)", text):
            assert (ROOT / place).is_file(), f"{path.name}: {place}"
        for module in re.findall(r"-m (bench\.[\w.]+\w)", text):
            assert (ROOT / module.replace(".", "/")).with_suffix(".py").is_file(), module


def test_every_figure_in_the_documents_has_a_record() -> None:
    for path in documents():
        if path.name not in ("LOG.md", "CHANGELOG.md"):
            cited = set(re.findall(RECORD, path.read_text(encoding="utf-8")))
            assert cited <= kept(), path


def test_a_server_may_be_busy_but_not_for_most_hostile_requests() -> None:
    pytest.importorskip("uvicorn", reason="the serve extra is not installed")
    from bench.serving.hostile_requests import busy_faults

    assert not busy_faults({"listed": {400: 95, 503: 5}, "slow": {408: 100}})
    assert busy_faults({"listed": {503: 5}}) == ["busy: 5 of 5 requests got 503"]
