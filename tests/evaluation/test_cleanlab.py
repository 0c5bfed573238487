"""cleanlab reads `val_probabilities.npz`, by the code of docs/other-tools.md."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


def test_the_example_finds_a_wrong_label(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("cleanlab", reason="cleanlab is installed by hand")
    section = (ROOT / "docs" / "other-tools.md").read_text().split("## cleanlab")[1]
    labels = np.arange(200) % 10
    probabilities = np.full((200, 10), 0.01, np.float32)
    probabilities[np.arange(200), labels] = 0.91
    labels[7] = 2  # its probability is 0.01
    report = tmp_path / "runs" / "mine" / "report"
    report.mkdir(parents=True)
    saved = {"labels": labels, "probabilities": probabilities, "rows": np.arange(1000, 1200)}
    np.savez(report / "val_probabilities.npz", **saved)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec("\n".join(re.findall(r"```python\n(.*?)```", section, re.DOTALL)), names)
    exec("found = rows[places]", names)
    assert list(np.asarray(names["found"])) == [1007]
