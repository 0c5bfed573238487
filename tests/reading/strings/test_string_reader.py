"""The strings of a picture, with the reader that ships."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

cv2 = pytest.importorskip("cv2", reason="the photo extra is not installed")

from tenfold.errors import ModelError  # noqa: E402
from tenfold.framing import picture_of_array  # noqa: E402
from tenfold.reading.detections import NO_TILES, Detections  # noqa: E402
from tenfold.reading.opening.opening import SHIPPED_STRINGS  # noqa: E402
from tenfold.reading.strings import string_reader as module  # noqa: E402
from tenfold.reading.strings.string_reader import StringReader, string_reader  # noqa: E402

WIDTH, HEIGHT = 500, 240


@pytest.fixture(scope="module")
def reader() -> StringReader:
    return StringReader(SHIPPED_STRINGS)


def drawn(*rows: str) -> np.ndarray:
    """Rows of numbers, drawn with the strokes of OpenCV's plain font."""
    picture = np.full((HEIGHT, WIDTH), 235, np.uint8)
    for row, text in enumerate(rows):
        place = (40, 80 + 90 * row)
        cv2.putText(picture, text, place, cv2.FONT_HERSHEY_SIMPLEX, 1.6, 40, 4, cv2.LINE_AA)
    return picture


def searched(reader: StringReader, picture: np.ndarray, **changes: object) -> Detections:
    found = Detections(NO_TILES, (), picture.shape[1], picture.shape[0], **changes)  # type: ignore[arg-type]
    opened = picture_of_array(picture, "drawn")
    return reader(opened, found, reader.locate(opened, found))


def texts(found: Detections) -> list[str]:
    assert found.strings is not None
    return ["".join(c.symbol for c in s.variants[0].characters) for s in found.strings]


def test_rows_are_found_and_read(reader: StringReader) -> None:
    found = searched(reader, drawn("4711", "2038"))
    assert texts(found) == ["4711", "2038"]
    assert [string.row for string in found.strings or ()] == [0, 1]


def test_each_digit_has_its_tile_and_its_place(reader: StringReader) -> None:
    found = searched(reader, drawn("4711"))
    assert found.strings is not None
    characters = found.strings[0].variants[0].characters
    assert len({character.tile for character in characters}) == 4
    lefts = [character.box[0] for character in characters]
    assert lefts == sorted(lefts)
    for character in characters:
        left, top, right, bottom = character.box
        assert 30 < left < right < 250
        assert 20 < top < bottom < 110
        assert character.tile is not None
        assert found.tiles[character.tile].max() > 200


def test_tiles_of_the_search_before_keep_their_rows(reader: StringReader) -> None:
    tile = np.zeros((28, 28), np.uint8)
    picture = drawn("4711")
    opened = picture_of_array(picture, "drawn")
    before = Detections(tile[None], (), WIDTH, HEIGHT, notes=("before",))
    found = reader(opened, before, reader.locate(opened, before))
    np.testing.assert_array_equal(found.tiles[0], tile)
    assert found.notes[0] == "before"
    assert found.strings is not None
    assert all(c.tile != 0 for c in found.strings[0].variants[0].characters)


def test_a_page_upside_down_is_turned_and_one_that_stands_is_not(reader: StringReader) -> None:
    picture = drawn("4257", "2749")
    for quarters, turn in ((0, 0), (2, 180)):
        opened = picture_of_array(np.rot90(picture, quarters), "drawn")
        located = reader.locate(opened, Detections(NO_TILES, (), WIDTH, HEIGHT))
        assert located.turn == turn


def test_blank_paper_has_no_strings(reader: StringReader) -> None:
    assert searched(reader, drawn()).strings == ()


def test_strips_are_shown_where_stages_are_kept(reader: StringReader) -> None:
    picture = drawn("4711")
    assert not searched(reader, picture).stages
    shown = searched(reader, picture, stages=(("picture", picture),))
    assert [name for name, _ in shown.stages] == ["picture", "strip 1"]


def test_the_work_is_bounded_and_that_is_said(
    reader: StringReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "COLUMNS_MAX", 1)
    found = searched(reader, drawn("4711"))
    assert found.strings == ()
    assert "too much writing" in found.notes[-1]


def test_a_folder_that_is_not_there_is_no_reader(tmp_path: object) -> None:
    assert string_reader(f"{tmp_path}/none") is None
    assert string_reader(SHIPPED_STRINGS) is string_reader(SHIPPED_STRINGS)


def test_a_reader_of_other_symbols_is_refused(tmp_path: Path) -> None:
    """Its outputs would be taken for other digits than it means, without a sign of it."""
    pytest.importorskip("onnx", reason="making a graph needs the 'export' extra")
    from string_graphs import tiny_model

    tiny_model(tmp_path / "strings")
    StringReader(tmp_path / "strings")
    facts_file = tmp_path / "strings" / "model.json"
    facts = json.loads(facts_file.read_text())
    facts_file.write_text(json.dumps(facts | {"symbols": "9876543210.,-/:=?"}))
    with pytest.raises(ModelError, match="reads the symbols '9876543210") as caught:
        StringReader(tmp_path / "strings")
    assert caught.value.message.startswith(str(tmp_path / "strings"))
