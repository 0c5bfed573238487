from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from conftest import csv_text, drawn_digits
from tenfold.errors import OutputError
from tenfold.model_folder.rows_seen import RowsFound
from tenfold.predictions import predict, remarks_on_seen
from tenfold.submission import read_submission


@pytest.fixture
def data(tmp_path: Path) -> str:
    (tmp_path / "test.csv").write_text(csv_text(drawn_digits(12), labelled=False))
    return str(tmp_path / "test.csv")


def test_the_submission_holds_the_most_probable_digits(data: str, tmp_path: Path) -> None:
    predictions = predict(data, str(tmp_path / "out.csv"))
    np.testing.assert_array_equal(
        read_submission(tmp_path / "out.csv"), predictions.probabilities.argmax(axis=1)
    )
    assert (tmp_path / "out.csv").read_text() == predictions.text()


def test_nothing_is_written_to_standard_output(
    data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert predict(data).text().startswith("ImageId,Label\n1,")
    assert capsys.readouterr() == ("", "")


def test_an_output_that_may_not_be_replaced_is_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("precious")
    with pytest.raises(OutputError, match="exists already"):
        predict("there is no such file.csv", str(tmp_path / "out.csv"))


def test_rows_that_the_model_has_seen_are_counted() -> None:
    trained_on = np.array([True, True, False])
    none, known = np.zeros(3, bool), np.ones(3, bool)
    (remark,) = remarks_on_seen(RowsFound(trained_on, ~trained_on, known))
    assert remark.startswith("warning: of these 3 rows the model was trained on 2 and chosen by 1")
    assert remarks_on_seen(RowsFound(none, none, known)) == []
    assert "cannot be told" in remarks_on_seen(None)[0]
