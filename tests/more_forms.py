"""Files of the same digits as people came with them after the first forms: READ, and REFUSED with
what the message says and the code of its remedy."""

from __future__ import annotations

import gzip
import io
import shutil
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from conftest import write_idx
from data_forms import LABELLED, Make, arff, flat, label_first, label_last, parquet_tables, text
from habits import frame
from picture_folders import save
from tenfold.digits import Digits
from tenfold.sources.class_names import NUMBER_WORDS


def written(content: Callable[[Digits], str], name: str = "FILE", encoding: str = "utf-8") -> Make:
    def make(folder: Path, d: Digits) -> Path:
        (folder / name).write_bytes(content(d).encode(encoding))
        return folder / name

    return make


def numbered_columns(d: Digits) -> str:
    """As pandas writes a frame whose columns have no names, with its index."""
    table = np.column_stack([np.arange(len(d)), label_first(d)])
    return text(table, ["", *map(str, range(785))])


def arff_with(name: Callable[[int], str]) -> Callable[[Digits], str]:
    def write(d: Digits) -> str:
        classes = ",".join(map(name, range(10)))
        content = arff(d).replace("{0,1,2,3,4,5,6,7,8,9}", f"{{{classes}}}")
        head, _, rows = content.partition("@DATA\n")
        renamed = [f"{row[:-3]}{name(int(row[-2]))}" for row in rows.splitlines()]
        return "\n".join([f"{head}@DATA", *renamed, ""])

    return write


def libsvm(d: Digits, first: int, after: str = "") -> str:
    rows = zip(d.labelled(), flat(d), strict=True)
    lines = [
        f"{y} " + " ".join(f"{i + first}:{v}" for i, v in enumerate(x) if v) + after
        for y, x in rows
    ]
    return "\n".join([*lines, ""])


def bunch(folder: Path, d: Digits) -> Path:
    names = {"target_names": np.arange(10), "DESCR": np.array("digits"), "ids": np.arange(len(d))}
    np.savez(folder / "mnist.npz", data=flat(d), target=d.labelled(), **names)
    return folder / "mnist.npz"


def zip_of(name: str, content: Callable[[Digits], bytes]) -> Make:
    def make(folder: Path, d: Digits) -> Path:
        with zipfile.ZipFile(folder / "a.zip", "w") as archive:
            archive.writestr(name, content(d))
        return folder / "a.zip"

    return make


def npz_bytes(d: Digits) -> bytes:
    file = io.BytesIO()
    np.savez(file, X=d.images, y=d.labelled())
    return file.getvalue()


def kaggles_packed_tables(folder: Path, d: Digits) -> Path:
    """Each table in a zip of its own, as Kaggle gave them until 2018."""
    for split in ("train", "test"):
        with zipfile.ZipFile(folder / f"{split}.csv.zip", "w") as archive:
            archive.writestr(f"{split}.csv", text(label_first(d), LABELLED))
    return folder


def tar_of_one_table(folder: Path, d: Digits) -> Path:
    (folder / "t").mkdir()
    (folder / "t" / "mnist.csv").write_text(text(label_first(d)))
    (folder / "t" / "README.txt").write_text("digits")
    with tarfile.open(folder / "mnist.tar.xz", "w:xz") as archive:
        archive.add(folder / "t", "mnist")
    return folder / "mnist.tar.xz"


def one_file(folder: Path, d: Digits) -> Path:
    (folder / "mine").mkdir()
    (folder / "mine" / "mnist_784.csv").write_text(text(label_first(d)))
    (folder / "mine" / "LICENSE.txt").write_text("MIT")
    return folder / "mine"


def x_beside_y(folder: Path, d: Digits) -> Path:
    (folder / "X.csv").write_text(text(flat(d)))
    (folder / "y.csv").write_text("label\n" + "".join(f"{y}\n" for y in d.labelled()))
    return folder


def torchvisions_folder(folder: Path, d: Digits) -> Path:
    (folder / "MNIST").mkdir()
    for prefix in ("train", "t10k"):
        write_idx(folder / "MNIST" / "raw", prefix, d)
    (folder / "MNIST" / "processed").mkdir()
    (folder / "MNIST" / "processed" / "training.pt").write_bytes(b"")
    return folder


def mnist_as_jpg(folder: Path, d: Digits) -> Path:
    """As a popular data set on Kaggle has its folders."""
    for row, label in enumerate(d.labelled().tolist()):
        save(d, row, folder / "trainingSet" / "trainingSet" / str(label) / f"img_{row}.png")
        save(d, row, folder / "trainingSample" / "trainingSample" / str(label) / f"img_{row}.png")
        save(d, row, folder / "testSet" / "testSet" / f"img_{row + 100}.png")
    return folder


def pictures_and_table(table: str, cell: str, *, zipped: bool = False) -> Make:
    """Pictures in `digits/`, or in `digits.zip`, and a table of their names beside them."""

    def make(folder: Path, d: Digits) -> Path:
        for row in range(len(d)):
            save(d, row, folder / "digits" / f"{row:03}.png")
        rows = [f"{cell.format(row)},{label}" for row, label in enumerate(d.labelled())]
        (folder / table).write_text("\n".join(["filename,label", *rows, ""]))
        if not zipped:
            return folder
        shutil.make_archive(str(folder / "digits"), "zip", folder / "digits")
        shutil.rmtree(folder / "digits")
        return folder / "digits.zip"

    return make


def parquet(make_table: Callable[[Digits], Any], name: str = "FILE") -> Make:
    def make(folder: Path, d: Digits) -> Path:
        import pyarrow.parquet as pq

        pq.write_table(make_table(d), folder / name)
        return folder / name

    return make


def raw_bytes(d: Digits) -> Any:
    import pyarrow as pa

    return pa.table({"image": [image.tobytes() for image in d.images], "label": d.labelled()})


def parts(folder: Path, d: Digits) -> Path:
    """As Spark writes them."""
    for part in range(2):
        half = d.take(np.arange(part, len(d), 2))
        parquet(lambda d: parquet_tables(d)["lists"], f"part-{part:05}.parquet")(folder, half)
    return folder


READ: dict[str, Make] = {
    "pandas, columns without names, with its index": written(numbered_columns),
    "ARFF, classes as words": written(arff_with(lambda digit: list(NUMBER_WORDS)[digit])),
    "ARFF, classes with a prefix": written(arff_with(lambda digit: f"digit_{digit}")),
    "LIBSVM, columns from 0": written(lambda d: libsvm(d, 0)),
    "LIBSVM, with comments": written(lambda d: libsvm(d, 1, " # a comment")),
    "npz as scikit-learn's Bunch": bunch,
    "zip of a packed CSV": zip_of(
        "mnist_train.csv.gz", lambda d: gzip.compress(text(label_first(d)).encode())
    ),
    "zip of an npz": zip_of("mnist.npz", npz_bytes),
    "train.csv.zip beside test.csv.zip": kaggles_packed_tables,
    "tar.xz of one table": tar_of_one_table,
    "a folder with one table": one_file,
    "X.csv beside y.csv": x_beside_y,
    "torchvision's folder": torchvisions_folder,
    "MNIST as JPG": mnist_as_jpg,
    "paths of another machine": pictures_and_table("labels.csv", "/home/me/digits/{:03}.png"),
    "a table beside a zip, of its name": pictures_and_table("digits.csv", "{:03}.png", zipped=True),
    "labels.csv beside a zip": pictures_and_table("labels.csv", "{:03}.png", zipped=True),
    "Parquet of raw bytes": parquet(raw_bytes),
    "Parquet in parts": parts,
}


def idx_of(kind: int, dtype: str) -> Make:
    def make(folder: Path, d: Digits) -> Path:
        head = struct.pack(">4B3I", 0, 0, kind, 3, len(d), 28, 28)
        (folder / "x-idx3-float").write_bytes(head + d.images.astype(dtype).tobytes())
        return folder / "x-idx3-float"

    return make


def record(folder: Path, d: Digits) -> Path:
    array = np.zeros(len(d), [("label", "i8"), ("pixels", "u1", (28, 28))])
    array["label"], array["pixels"] = d.labels, d.images
    np.save(folder / "FILE.npy", array)
    return folder / "FILE.npy"


def beyond_ten(d: Digits) -> np.ndarray:
    """Label first, with classes of letters among the digits, and last columns of zeros."""
    letters = Digits(d.images, d.labelled() + 30)
    return np.concatenate([label_first(d), label_first(letters)])


def one_to_ten(d: Digits) -> Digits:
    return Digits(d.images, np.where(d.labelled() == 0, 10, d.labelled()))


def columns_1_to_10(d: Digits) -> Any:
    import pyarrow as pa

    return pa.Table.from_pandas(frame(d).assign(label=one_to_ten(d).labels), preserve_index=False)


def columns_in_another_order(d: Digits) -> Any:
    import pyarrow as pa

    table = frame(d)
    return pa.Table.from_pandas(table[sorted(table.columns)], preserve_index=False)


def arff_1_to_10(d: Digits) -> str:
    rows = label_last(one_to_ten(d))
    return arff(d).partition("@DATA\n")[0] + "@DATA\n" + text(rows)


def with_prefix(d: Digits) -> str:
    labels = [f"digit_{y}" for y in d.labelled()]
    return str(frame(d).assign(label=labels).to_csv(index=False))


# what it says, by the form; the code of each remedy is run
REFUSED: dict[str, tuple[Make, str]] = {
    "IDX of floats": (idx_of(13, ">f4"), "is a file of MNIST's own format (IDX)"),
    "a record array": (record, "is an array of [('label'"),
    "classes of letters": (written(lambda d: text(beyond_ten(d))), "column 1 is 3"),
    "labels 1 to 10 in Parquet": (parquet(columns_1_to_10), "labels are 1 to 10"),
    "Parquet out of order": (parquet(columns_in_another_order), "are out of order"),
    "labels 1 to 10 in ARFF": (written(arff_1_to_10), "labels are 1 to 10"),
    "labels 1 to 10 with semicolons": (
        written(lambda d: text(label_first(one_to_ten(d)), LABELLED, separator=";")),
        "labels are 1 to 10",
    ),
    "classes with a prefix": (
        written(with_prefix),
        "label is 'digit_",
    ),
    "a last row of empty cells": (
        written(lambda d: text(label_first(d), LABELLED) + "," * 784 + "\n"), "is empty",
    ),
    "a header in Latin-1": (
        written(
            lambda d: text(label_first(d), ["Étiquette", *LABELLED[1:]], separator=";"),
            encoding="latin-1",
        ),
        "is not UTF-8 text",
    ),
    "lines that end in CR": (
        written(lambda d: text(label_first(d), LABELLED, end="\r")), "end in CR alone",
    ),
    "a title above the table": (
        written(lambda d: "My digits;;\n" + text(label_first(d), LABELLED, separator=";")),
        "is a title above the table, 'My digits'",
    ),
}  # fmt: skip
