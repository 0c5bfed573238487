"""The notebooks of examples/ run from first cell to last, in small, as Jupyter runs them."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
NOTEBOOKS = sorted(path.name for path in EXAMPLES.glob("*.ipynb"))
FIELDS = {"channels": 8, "batch_size": 128, "epochs": 1, "steps_min": 0}
SMALL = {  # in the place of the values of the cell tagged `parameters`
    "digit_recognizer.ipynb": {"DATA": "sample", "CHANGES": FIELDS},
    "read_and_correct.ipynb": {"CHANGES": {"epochs": 1, "steps_min": 2}},
    "tune_and_compare.ipynb": {"TRIALS": 2, "CHANGES": FIELDS},
    "serve_and_call.ipynb": {},
}
SHOWN = {  # what a reader has to see at least: kinds of output
    "digit_recognizer.ipynb": {"image/png", "text/html", "text/plain"},
    "read_and_correct.ipynb": {"image/png", "text/html"},
    "tune_and_compare.ipynb": {"text/html"},
    "serve_and_call.ipynb": {"text/plain"},
}
CELL_SECONDS = 300


def cells(name: str) -> list[dict[str, Any]]:
    return json.loads((EXAMPLES / name).read_text())["cells"]


def test_every_notebook_is_listed_and_run() -> None:
    listed = (EXAMPLES / "README.md").read_text()
    assert all(f"({name})" in listed for name in NOTEBOOKS)
    assert set(NOTEBOOKS) == set(SMALL) == set(SHOWN)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_kept_without_outputs(name: str) -> None:
    code = [cell for cell in cells(name) if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert [cell for cell in code if "parameters" in cell["metadata"].get("tags", [])]


@pytest.mark.train
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_and_shows_results(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nbformat = pytest.importorskip("nbformat", reason="needs the dev extra")
    from nbclient import NotebookClient

    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    folder = tmp_path / "examples"
    shutil.copytree(EXAMPLES, folder)
    notebook = nbformat.read(folder / name, as_version=4)
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source += "".join(f"\n{key} = {value!r}" for key, value in SMALL[name].items())
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    kinds = {kind for output in outputs for kind in output.get("data", {})}
    assert kinds >= SHOWN[name]
    said = "".join(output.get("text", "") for output in outputs)
    assert "Warning" not in said, said
    if out := os.environ.get("NOTEBOOKS_OUT"):  # to look at
        nbformat.write(notebook, Path(out) / name)
