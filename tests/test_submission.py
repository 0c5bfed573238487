from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tenfold.errors import DataError, OutputError
from tenfold.submission import read_submission, submission_text, write_submission


def test_ids_start_at_one() -> None:
    assert submission_text(np.array([7, 0])) == "ImageId,Label\n1,7\n2,0\n"


def test_rows_from_pictures_have_their_file_beside_them(tmp_path: Path) -> None:
    names = ["scans/2.png", 'scans/a,"b".png', "scans/\udcff.png"]
    write_submission(tmp_path / "answers.csv", np.array([7, 0, 3]), names=names)
    text = (tmp_path / "answers.csv").read_text()
    assert text.splitlines() == [
        "ImageId,Label,File",
        "1,7,scans/2.png",
        '2,0,"scans/a,""b"".png"',
        "3,3,scans/\\udcff.png",
    ]


@pytest.mark.parametrize("force", [False, True])
def test_what_is_no_submission_is_never_replaced(tmp_path: Path, force: bool) -> None:
    path = tmp_path / "test.csv"
    path.write_text("pixel0,pixel1\n")
    with pytest.raises(OutputError, match="is no submission") as refused:
        write_submission(path, np.array([1]), force=force)
    assert "--force" not in refused.value.hint
    assert path.read_text() == "pixel0,pixel1\n"


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(labels=arrays.arrays(np.int64, st.integers(1, 300), elements=st.integers(0, 9)))
def test_what_was_written_is_what_is_read(tmp_path: Path, labels: np.ndarray) -> None:
    write_submission(tmp_path / "submission.csv", labels, force=True)
    np.testing.assert_array_equal(read_submission(tmp_path / "submission.csv"), labels)


def test_an_existing_submission_is_kept_without_force(tmp_path: Path) -> None:
    (tmp_path / "submission.csv").write_text("precious")
    with pytest.raises(OutputError, match="exists already"):
        write_submission(tmp_path / "submission.csv", np.array([1]))
    assert (tmp_path / "submission.csv").read_text() == "precious"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ":1: is \\[\\], expected ImageId,Label"),
        ("id,label\n1,2\n", ":1: is .*expected ImageId,Label"),
        ("ImageId,Label\n0,2\n", ":2: ImageId is 0, expected 1"),
        ("ImageId,Label\n1,2\n3,2\n", ":3: ImageId is 3, expected 2"),
        ("ImageId,Label\n1,10\n", ":2: Label is '10', expected 0..9"),
        ("ImageId,Label\n1,3.0\n", ":2: Label is '3.0'"),
        ("ImageId,Label\n1\n", ":2: Label is ''"),
    ],
)
def test_a_wrong_submission_is_refused_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "s.csv").write_text(text)
    with pytest.raises(DataError, match=message):
        read_submission(tmp_path / "s.csv")


def test_a_submission_of_another_length_is_refused(tmp_path: Path) -> None:
    write_submission(tmp_path / "s.csv", np.array([1, 2]))
    with pytest.raises(DataError, match="has 2 rows, expected 28,000"):
        read_submission(tmp_path / "s.csv", rows=28_000)
