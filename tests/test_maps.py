"""The maps of the documents: the rooms and modules of ARCHITECTURE.md, and README's folders."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "tenfold"
UNNAMED = {"__init__.py", "__main__.py"}  # a package's line stands for its __init__
INDENT = 2  # spaces a level
LINE_MAX = 110  # characters


# Modules without a test of their name, and where they are tested.
TESTED_ELSEWHERE = {
    "metrics/arrays.py": "types alone",
    "scale/inputs/batch.py": "types alone",
    "scale/runners/events.py": "types alone",
    "sources/contents.py": "types alone",
    "cli/verbs/score.py": "options alone; called by tests/scale/test_scoring.py",
    "interop/tuning/outcome.py": "by the finished searches of test_search.py beside it",
    "interop/tuning/trials.py": "by test_search.py beside it",
    "training/fold.py": "by test_cross_validation.py beside it",
}


def modules_and_packages() -> set[str]:
    """Paths in the package, `training/` for a package: every module and every folder of code."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        inside = path.relative_to(PACKAGE)
        if path.name not in UNNAMED:
            found.add(inside.as_posix())
        if inside.parent != Path():
            found.add(f"{inside.parent.as_posix()}/")
    return found


def tree_block() -> str:
    return (ROOT / "ARCHITECTURE.md").read_text().split("## Modules")[1].split("```")[1][4:]


def folders_block() -> str:
    """README's list of the folders of the repository."""
    return (
        (ROOT / "README.md")
        .read_text()
        .split("## Documents")[1]
        .split("```text\n")[1]
        .split("```")[0]
    )


def tree() -> list[tuple[str, str]]:
    """(path, comment) of each line of ARCHITECTURE.md's tree below src/tenfold/."""
    block = tree_block()
    lines = block.strip("\n").splitlines()
    start = lines.index(next(line for line in lines if line.startswith("src/tenfold/")))
    paths: list[tuple[str, str]] = []
    parents: list[str] = []
    for line in lines[start + 1 :]:
        indent = len(line) - len(line.lstrip())
        if not indent:
            break
        assert len(line) <= LINE_MAX, line
        name, _, comment = line.strip().partition("  ")
        del parents[indent // INDENT - 1 :]
        paths.append(("".join([*parents, name]), comment.strip()))
        if name.endswith("/"):
            parents.append(name)
    return paths


def test_the_tree_names_every_package_and_module_once_and_nothing_else() -> None:
    named = [path for path, _ in tree()]
    assert len(named) == len(set(named))
    folders = {path for path in named if path.endswith("/") and (PACKAGE / path).is_dir()}
    data = {path for path in folders if not any((PACKAGE / path).rglob("*.py"))}
    assert set(named) - data == modules_and_packages()


def test_every_line_of_the_tree_says_what_is_there() -> None:
    assert [path for path, comment in tree() if not comment] == []


def test_every_folder_that_the_readme_names_is_there() -> None:
    named = [line.split()[0] for line in folders_block().splitlines()]
    assert all((ROOT / name).is_dir() for name in named), named


README_LINES_MAX = 200  # the rest is in docs/


def test_the_readme_is_what_a_newcomer_reads() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= README_LINES_MAX


def rooms() -> list[list[str]]:
    """The rooms of ARCHITECTURE.md from top to bottom, those of one line together."""
    table = (ROOT / "ARCHITECTURE.md").read_text().split("## Rooms, top to bottom")[1]
    lines = table.split("\n|---", 1)[1].splitlines()[1:]
    first_cells = [line.split("|")[1] for line in lines if line.startswith("|")]
    cells = first_cells[: next((n for n, c in enumerate(first_cells) if "I want to" in c), None)]
    return [[name.rstrip("/") for name in re.findall(r"`([\w/]+)`", cell)] for cell in cells]


def layers() -> list[list[str]]:
    """The layers that `make lint` checks, from top to bottom."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    contract = next(c for c in settings["contracts"] if c["name"] == "the rooms, top to bottom")
    return [layer.split(" | ") for layer in contract["layers"]]


def test_the_rooms_of_architecture_are_the_layers_that_are_checked() -> None:
    named = [name for line in rooms() for name in line]
    assert len(named) == len(set(named))
    children = {p.stem for p in PACKAGE.glob("*.py")} | {
        p.name for p in PACKAGE.iterdir() if any(p.rglob("*.py"))
    }
    assert set(named) == children - {"__init__", "__main__"}
    height = {name: n for n, layer in enumerate(layers()) for name in layer}
    assert [height[name] for name in named] == sorted(height[name] for name in named)


def places_to_touch() -> list[str]:
    """The files and folders that ARCHITECTURE.md's "Where to change what" names."""
    section = (ROOT / "ARCHITECTURE.md").read_text().split("## Where to change what")[1]
    rows = [line.split("|") for line in section.split("## ")[0].splitlines() if "|" in line]
    cells = [row[2] for row in rows[2:]]
    return [name for cell in cells for name in re.findall(r"`([\w/]+(?:\.py|/))`", cell)]


@pytest.mark.parametrize("place", places_to_touch())
def test_a_place_to_touch_is_there(place: str) -> None:
    assert (PACKAGE / place).exists() or (ROOT / place).exists()


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("__init__.py")), ids=str)
def test_every_room_says_what_comes_in_and_what_goes_out(path: Path) -> None:
    if path.parent == PACKAGE:
        return
    docstring = ast.get_docstring(ast.parse(path.read_text())) or ""
    assert re.search(r"^In: ", docstring, re.MULTILINE), path
    assert re.search(r"^Out: ", docstring, re.MULTILINE), path


def test_every_module_has_a_test_of_its_name() -> None:
    modules = {path for path in modules_and_packages() if not path.endswith("/")}
    untested = {
        module
        for module in modules
        if not (ROOT / "tests" / module).with_name(f"test_{Path(module).name}").exists()
    }
    assert untested == TESTED_ELSEWHERE.keys()
