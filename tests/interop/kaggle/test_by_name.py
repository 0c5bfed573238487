"""`fetch kaggle`: the cache before the client, which has tests of its own."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from command_line import call
from conftest import drawn_digits, write_kaggle_zip
from tenfold.errors import DataError, FetchError
from tenfold.interop.kaggle import by_name
from tenfold.progress import Progress
from tenfold.sources import open_digits

DIGITS = drawn_digits(60)


def test_kaggles_files_are_kept_and_found_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENFOLD_CACHE_DIR", str(tmp_path / "cache"))
    calls = []

    def bring(to: Path, *, force: bool, progress: Progress) -> Path:
        calls.append(force)
        zipped = write_kaggle_zip(tmp_path / "k.zip", DIGITS, DIGITS)
        with zipfile.ZipFile(zipped) as archive:
            archive.extractall(to)
        return to

    monkeypatch.setattr(by_name, "competition_files", bring)
    with pytest.raises(DataError, match="tenfold fetch kaggle"):
        open_digits("kaggle")
    with pytest.raises(FetchError, match="is not in the cache"):
        by_name.fetch_kaggle(offline=True)
    assert call("fetch", "kaggle", "--quiet") == 0
    copied = by_name.fetch_kaggle(str(tmp_path / "to"), offline=True)
    assert calls == [True]
    names = ["sample_submission.csv", "test.csv", "train.csv"]
    assert [path.name for path in copied] == names
    np.testing.assert_array_equal(open_digits("kaggle").training_rows().images, DIGITS.images)
