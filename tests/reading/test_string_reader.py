"""The string reader's folder, before anything is read with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("onnx", reason="making a graph needs the 'export' extra")
pytest.importorskip("cv2", reason="reading strings needs the 'photo' extra")

from string_graphs import tiny_model
from tenfold.errors import ModelError
from tenfold.reading.string_reader import StringReader


def test_a_reader_of_other_symbols_is_refused(tmp_path: Path) -> None:
    """Its outputs would be taken for other digits than it means, without a sign of it."""
    tiny_model(tmp_path / "strings")
    StringReader(tmp_path / "strings")
    facts_file = tmp_path / "strings" / "model.json"
    facts = json.loads(facts_file.read_text())
    facts_file.write_text(json.dumps(facts | {"symbols": "9876543210.,-/:=?"}))
    with pytest.raises(ModelError, match="reads the symbols '9876543210") as caught:
        StringReader(tmp_path / "strings")
    assert caught.value.message.startswith(str(tmp_path / "strings"))
