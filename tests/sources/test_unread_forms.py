"""What is not read is called by its name, and its two lines of code make something that is read."""

from __future__ import annotations

import contextlib
import gzip
import json
import pickle
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from conftest import drawn_digits
from data_forms import PIXELS_0, flat, label_first
from tenfold.errors import DataError
from tenfold.sources import open_digits

DIGITS = drawn_digits(20)
X, Y = DIGITS.images, DIGITS.labelled()


def frame() -> Any:
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame(label_first(DIGITS), columns=["label", *PIXELS_0])


def as_pickle(path: Path) -> None:
    path.write_bytes(pickle.dumps((X, Y)))


def as_packed_pickle(path: Path) -> None:
    path.write_bytes(gzip.compress(pickle.dumps((X, Y))))


def as_torch(path: Path) -> None:
    torch = pytest.importorskip("torch")
    torch.save((torch.tensor(X), torch.tensor(Y)), path)


def as_matlab(path: Path) -> None:
    scipy_io = pytest.importorskip("scipy.io")
    with path.open("wb") as file:
        scipy_io.savemat(file, {"X": X, "y": Y})


def as_hdf5(path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    with h5py.File(path, "w") as file:
        file["X"], file["y"] = X, Y


def as_excel(path: Path) -> None:
    pytest.importorskip("openpyxl")
    with path.open("wb") as file:
        frame().to_excel(file, index=False)


def as_json_lines(path: Path) -> None:
    pytest.importorskip("pyarrow")
    rows = zip(flat(DIGITS).tolist(), Y.tolist(), strict=True)
    lines = [json.dumps({"image": image, "label": label}) for image, label in rows]
    path.write_text("\n".join(lines) + "\n")


def as_json(path: Path) -> None:
    pytest.importorskip("pyarrow")
    frame().to_json(path, orient="records")


def as_feather(path: Path) -> None:
    pytest.importorskip("pyarrow")
    frame().to_feather(path)


def as_orc(path: Path) -> None:
    pytest.importorskip("pyarrow")
    frame().to_orc(path, index=False)


def as_database(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        frame().to_sql("digits", connection, index=False)


FORMS: dict[str, tuple[Callable[[Path], None], str]] = {
    "mnist.pkl": (as_pickle, "a Python pickle"),
    "training.pt": (as_torch, "a PyTorch file"),
    "digits.mat": (as_matlab, "a MATLAB file"),
    "digits.h5": (as_hdf5, "an HDF5 file"),
    "digits.xlsx": (as_excel, "an Excel workbook"),
    "digits.jsonl": (as_json_lines, "a JSON Lines file"),
    "digits.json": (as_json, "a JSON file"),
    "digits.feather": (as_feather, "an Arrow (Feather) table"),
    "digits.orc": (as_orc, "an ORC table"),
    "digits.db": (as_database, "an SQLite database"),
}


def refusal(path: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        open_digits(str(path))
    return caught.value


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.filterwarnings("ignore")  # of the libraries that convert
def test_the_remedy_is_true(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the hint says is typed, and the outcome read."""
    pytest.importorskip("pandas")
    make, called = FORMS[name]
    make(tmp_path / name)
    error = refusal(tmp_path / name)
    assert called in error.message
    code = [line.strip() for line in error.hint.splitlines() if line.startswith("  ")][:2]
    other = next(o for o in ("OTHER.npz", "OTHER.csv", "OTHER.parquet") if o in code[-1])
    monkeypatch.chdir(tmp_path)
    exec("\n".join(code).replace("FILE", name).replace("TABLE", "digits"), {})
    found = open_digits(str(tmp_path / other)).training_rows()
    np.testing.assert_array_equal(found.images, X)
    np.testing.assert_array_equal(found.labels, Y)


@pytest.mark.filterwarnings("ignore")
def test_the_remedy_for_svhn_is_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scipy_io = pytest.importorskip("scipy.io")
    pytest.importorskip("cv2", reason="framing pictures needs the 'photo' extra")
    large = np.kron(255 - X[:12, 2:26, 2:26], np.ones((1, 2, 2), np.uint8))[:, 8:40, 8:40]
    colour = np.repeat(np.moveaxis(large, 0, -1)[:, :, None], 3, axis=2)
    with (tmp_path / "train_32x32.mat").open("wb") as file:
        labels = np.where(Y[:12] == 0, 10, Y[:12]).astype(np.uint8)
        scipy_io.savemat(file, {"X": colour, "y": labels[:, None]})
    lines = [line.strip() for line in refusal(tmp_path / "train_32x32.mat").hint.splitlines()]
    monkeypatch.chdir(tmp_path)
    code = [lines[1], *lines[4:]]
    exec("\n".join(code).replace("FILE", "train_32x32.mat"), {})
    found = open_digits("OTHER.npz").training_rows()
    np.testing.assert_array_equal(found.labels, Y[:12])


def test_a_packed_pickle_is_a_pickle(tmp_path: Path) -> None:
    as_packed_pickle(tmp_path / "mnist.pkl.gz")
    assert "is a Python pickle" in refusal(tmp_path / "mnist.pkl.gz").message


@pytest.mark.parametrize(
    ("content", "called"),
    [
        (b"\xff\xff\xff\xff\x78\0\0\0", "an Arrow stream"),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
        (b"MATLAB 7.3 MAT-file", "an HDF5 file"),
        (b"\x28\xb5\x2f\xfd", "packed by Zstandard"),
        (b'{"label": 3,\n "image"', "a JSON file"),
    ],
)
def test_others_are_called_by_their_name(content: bytes, called: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(content + bytes(10))
    assert called in refusal(tmp_path / "x").message


def test_a_folder_of_nothing_else_says_what_it_holds(tmp_path: Path) -> None:
    as_pickle(tmp_path / "mnist.pkl")
    assert "mnist.pkl is a Python pickle" in refusal(tmp_path).message
