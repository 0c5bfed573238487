"""The scorer of one batch: it comes back in the form in which it came, and can be pickled."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from conftest import drawn_digits
from tenfold.classifier import Classifier
from tenfold.digits.column_names import PIXEL_NAMES
from tenfold.errors import DataError, UsageError
from tenfold.scale import Scorer

TILES = drawn_digits(30).images
FLAT = TILES.reshape(30, 784)


@pytest.fixture(scope="module")
def expected() -> Any:
    return Classifier.load("mnist", engine="onnxruntime", threads=1).probabilities(TILES)


def columns(**others: Any) -> dict[str, Any]:
    return others | dict(zip(PIXEL_NAMES, FLAT.T, strict=True))


def test_tiles_give_columns(expected: Any) -> None:
    for tiles in (TILES, FLAT):
        answers = Scorer(probabilities=True)(tiles)
        assert answers["label"].tolist() == expected.argmax(axis=1).tolist()
        assert np.array_equal(answers["probability"], expected.max(axis=1))
        assert np.array_equal(answers["p4"], expected[:, 4])
        assert set(answers["reason"]) <= {"", "low_confidence"}


@pytest.mark.parametrize(
    "image",
    [TILES, FLAT, list(TILES), FLAT.tolist(), np.array([*FLAT, None], object)[:-1]],
    ids=["array", "flat array", "list of arrays", "lists", "objects"],
)
def test_a_mapping_keeps_its_other_columns(expected: Any, image: Any) -> None:
    answers = Scorer(images="image")({"key": np.arange(30), "label": np.zeros(30), "image": image})
    assert list(answers) == ["key", "source_label", "label", "probability", "reason"]
    assert answers["label"].tolist() == expected.argmax(axis=1).tolist()


def test_a_frame_comes_back_as_a_frame(expected: Any) -> None:
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pd.DataFrame(columns(key=range(30)), index=range(100, 130))
    answers = Scorer()(frame)
    assert list(answers.columns) == ["key", "label", "probability", "reason"]
    assert answers.index.tolist() == frame.index.tolist()
    assert answers["label"].tolist() == expected.argmax(axis=1).tolist()


def test_a_table_comes_back_as_a_table(expected: Any) -> None:
    pa = pytest.importorskip("pyarrow", reason="the parquet extra is not installed")
    nested = pa.table({"key": range(30), "image": TILES.tolist()})
    wide = pa.table(columns(key=range(30)))
    for table, scorer in ((nested, Scorer(images="image")), (wide, Scorer())):
        answers = scorer(table)
        assert answers.column_names == ["key", "label", "probability", "reason"]
        assert answers["label"].to_pylist() == expected.argmax(axis=1).tolist()


def test_a_scorer_goes_through_pickle_with_its_model(expected: Any) -> None:
    scorer = pickle.loads(pickle.dumps(Scorer(images="image", probabilities=True)))
    answers = scorer({"image": TILES})
    assert np.array_equal(answers["probability"], expected.max(axis=1))
    assert "p9" in answers


def test_what_has_no_tiles_is_refused() -> None:
    with pytest.raises(DataError, match="none of its 1 columns are known as the 784 pixels"):
        Scorer()({"x": np.zeros(3)})
    with pytest.raises(UsageError, match="has no column 'image'"):
        Scorer(images="image")({"x": np.zeros(3)})
    with pytest.raises(DataError, match="its tiles are of several sizes"):
        Scorer(images="image")({"image": [TILES[0], TILES[0][:3]]})


def test_joblib_sends_a_scorer_to_its_processes(expected: Any) -> None:
    joblib = pytest.importorskip("joblib", reason="joblib is not installed")
    scorer = Scorer()
    batches = [TILES[:10], TILES[10:]]
    answers = joblib.Parallel(n_jobs=2)(joblib.delayed(scorer)(tiles) for tiles in batches)
    labels = np.concatenate([answer["label"] for answer in answers])
    assert labels.tolist() == expected.argmax(axis=1).tolist()


@pytest.mark.parametrize("image", [None, "lists", "array"])
def test_a_frame_of_polars_comes_back_as_one(expected: Any, image: str | None) -> None:
    pl = pytest.importorskip("polars", reason="polars is not installed")
    key = list(range(30))
    if image is None:
        batch = pl.DataFrame({"key": key, "label": key} | columns())
    else:
        kind = pl.List(pl.UInt8) if image == "lists" else pl.Array(pl.UInt8, 784)
        batch = pl.DataFrame(
            {"key": key, "label": key, "image": pl.Series(FLAT.tolist(), dtype=kind)}
        )
    answers = Scorer(images=image and "image")(batch)
    assert answers.columns == ["key", "source_label", "label", "probability", "reason"]
    assert answers["label"].to_list() == expected.argmax(axis=1).tolist()
    assert (answers["probability"].dtype, answers["reason"].dtype) == (pl.Float32, pl.String)


def test_dask_maps_a_scorer_over_its_partitions(expected: Any) -> None:
    """Dask asks for the columns with a frame of two made-up rows, and of none."""
    dd = pytest.importorskip("dask.dataframe", reason="dask is not installed")
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = dd.from_pandas(pd.DataFrame(columns(key=np.arange(30))), npartitions=3)
    answers = frame.map_partitions(Scorer()).compute(scheduler="synchronous")
    assert list(answers.columns) == ["key", "label", "probability", "reason"]
    assert answers["label"].tolist() == expected.argmax(axis=1).tolist()
