"""The work of the search is bounded."""

from __future__ import annotations

import pytest

import hostile_pictures
from conftest import NEEDS_PHOTO
from tenfold.reading.opening.opening import find


@pytest.mark.parametrize("name", ["specks", "dust", "diagonals", "grid", "low combs", "nested"])
def test_what_is_looked_at_is_bounded(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    from tenfold.reading.find import candidates

    spent: list[int] = []
    count_pixels = candidates.Candidates.count_pixels

    def counted(counter: candidates.Candidates, pixels: int) -> None:
        spent.append(pixels)
        count_pixels(counter, pixels)

    monkeypatch.setattr(candidates.Candidates, "count_pixels", counted)
    found = find(hostile_pictures.COSTLY_PICTURES[name]())
    assert len(found.tiles) <= candidates.CANDIDATES_MAX
    assert sum(spent[:-1]) <= candidates.PIXELS_MAX
    if sum(spent) > candidates.PIXELS_MAX:
        assert found.reason == "too_much_text"
        assert "given up: more than" in found.notes[-1]
