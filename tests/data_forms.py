"""Files of the same digits in every form that is read, for the tests of forms and of lineage."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tenfold.digits import Digits

Make = Callable[[Path, Digits], Path]  # writes the digits into a folder; what to give

PIXELS_0 = [f"pixel{i}" for i in range(784)]
PIXELS_1 = [f"pixel{i}" for i in range(1, 785)]
GRID = [f"{row}x{column}" for row in range(1, 29) for column in range(1, 29)]


def flat(digits: Digits) -> np.ndarray:
    return digits.images.reshape(len(digits), -1)


def text(
    table: np.ndarray,
    names: Sequence[str] | None = None,
    *,
    separator: str = ",",
    cell: Callable[[Any], str] = str,
    end: str = "\n",
    tail: str = "",
) -> str:
    """A table of text; `tail` stands at the end of each line."""
    head = [] if names is None else [separator.join(names) + tail]
    rows = [separator.join(map(cell, row)) + tail for row in table.tolist()]
    return end.join([*head, *rows]) + end


def label_first(digits: Digits) -> np.ndarray:
    return np.column_stack([digits.labelled(), flat(digits)])


def label_last(digits: Digits) -> np.ndarray:
    return np.column_stack([flat(digits), digits.labelled()])


def one_hot(digits: Digits) -> np.ndarray:
    return np.eye(10, dtype=np.int64)[digits.labelled()]


def fractions(digits: Digits) -> np.ndarray:
    """Label first, pixels 0..1."""
    return np.column_stack([digits.labelled(), (flat(digits) / 255).round(6)])


def short(value: float) -> str:
    return f"{value:g}"


def with_comma(value: float) -> str:
    return short(value).replace(".", ",")


def counted(digits: Digits) -> np.ndarray:
    return np.arange(len(digits))


def as_pandas_saves_a_lost_header(digits: Digits) -> str:
    """Rows without a header, read as if the first were one, and saved again."""
    first, *rows = text(label_first(digits)).splitlines()
    seen: dict[str, int] = {}
    names = []
    for cell in first.split(","):
        count = seen.get(cell, 0)
        seen[cell] = count + 1
        names.append(cell if not count else f"{cell}.{count}")
    return "\n".join([",".join(names), *rows]) + "\n"


def arff(digits: Digits) -> str:
    attributes = "".join(f"@ATTRIBUTE {name} real\n" for name in PIXELS_1)
    rows = text(label_last(digits), cell=str).splitlines()
    quoted = "\n".join(f"{row[:-1]}'{row[-1]}'" for row in rows)
    classes = "{" + ",".join(map(str, range(10))) + "}"
    head = f"% a comment\n@RELATION mnist\n\n{attributes}@ATTRIBUTE class {classes}\n\n"
    return f"{head}@DATA\n{quoted}\n"


def as_r_writes(digits: Digits) -> str:
    """With row names, for which the header has no name."""
    head = " ".join(f'"{name}"' for name in ["label", *PIXELS_0])
    rows = text(label_first(digits), separator=" ").splitlines()
    return "\n".join([head, *(f'"{n}" {row}' for n, row in enumerate(rows, 1))]) + "\n"


LABELLED = ["label", *PIXELS_0]
TEXTS: dict[str, Callable[[Digits], str]] = {
    "no header, label first": lambda d: text(label_first(d)),
    "no header, label last": lambda d: text(label_last(d)),
    "label last": lambda d: text(label_last(d), [*PIXELS_0, "label"]),
    "OpenML's names": lambda d: text(label_last(d), [*PIXELS_1, "class"]),
    "Kaggle's mnist-in-csv": lambda d: text(label_first(d), ["label", *GRID]),
    "called Label": lambda d: text(label_first(d), ["Label", *PIXELS_1]),
    "called y": lambda d: text(label_first(d), ["y", *map(str, range(784))]),
    "called target": lambda d: text(label_last(d), [*map(str, range(1, 785)), "target"]),
    "called digit, pixels called anything": lambda d: text(
        label_first(d), ["digit", *(f"a{i}" for i in range(784))]
    ),
    "called by nothing that is known": lambda d: text(label_first(d), ["truth", *PIXELS_0]),
    "columns numbered": lambda d: text(label_first(d), list(map(str, range(785)))),
    "label in the middle, by name": lambda d: text(
        np.insert(flat(d).astype(int), 300, d.labelled(), axis=1),
        [*PIXELS_0[:300], "label", *PIXELS_0[300:]],
    ),
    "semicolons": lambda d: text(label_first(d), LABELLED, separator=";"),
    "tabs": lambda d: text(label_first(d), separator="\t"),
    "bars": lambda d: text(label_first(d), LABELLED, separator="|"),
    "spaces": lambda d: text(label_first(d), separator=" "),
    "several spaces, indented": lambda d: text(
        label_first(d), separator="  ", cell=lambda v: f"{v:>4}"
    ),
    "decimal commas": lambda d: text(fractions(d), LABELLED, separator=";", cell=with_comma),
    "decimal commas, quoted": lambda d: text(
        fractions(d), LABELLED, cell=lambda v: f'"{with_comma(v)}"'
    ),
    "quoted": lambda d: text(label_first(d), [f'"{n}"' for n in LABELLED], cell=lambda v: f'"{v}"'),
    "quoted header": lambda d: text(label_first(d), [f'"{n}"' for n in LABELLED]),
    "blanks after commas": lambda d: text(label_first(d), LABELLED, separator=", "),
    "7.0": lambda d: text(label_first(d), LABELLED, cell=lambda v: f"{v}.0"),
    "labels alone 7.0": lambda d: (
        "\n".join(
            row if row.startswith("label") else f"{row[0]}.0{row[1:]}"
            for row in text(label_first(d), LABELLED).splitlines()
        )
        + "\n"
    ),
    "0..1": lambda d: text(fractions(d), LABELLED, cell=short),
    "0..1 without header": lambda d: text(fractions(d), cell=short),
    "exponents": lambda d: text(label_first(d), LABELLED, cell=lambda v: f"{v:.2e}"),
    "as numpy.savetxt": lambda d: text(label_first(d), separator=" ", cell=lambda v: f"{v:.18e}"),
    "an index without a name": lambda d: text(
        np.column_stack([counted(d), label_first(d)]), ["", *LABELLED]
    ),
    "an index without header": lambda d: text(np.column_stack([counted(d), label_first(d)])),
    "an id last": lambda d: text(
        np.column_stack([label_first(d), counted(d) + 1]), [*LABELLED, "id"]
    ),
    "one-hot first": lambda d: text(
        np.column_stack([one_hot(d), flat(d)]), [*(f"is{i}" for i in range(10)), *PIXELS_0]
    ),
    "one-hot last, without header": lambda d: text(np.column_stack([flat(d), one_hot(d)])),
    "trailing separators": lambda d: text(label_first(d), LABELLED, tail=","),
    "trailing separators without header": lambda d: text(label_first(d), tail=","),
    "byte order mark and CRLF": lambda d: "\ufeff" + text(label_first(d), LABELLED, end="\r\n"),
    "byte order mark without header": lambda d: "\ufeff" + text(label_first(d), end="\r\n"),
    "blank lines at the end": lambda d: text(label_first(d)) + "\n\n",
    "a header in a comment": lambda d: "# " + text(label_first(d), LABELLED),
    "a row taken for a header": as_pandas_saves_a_lost_header,
    "as R writes": as_r_writes,
    "ARFF": arff,
}


def write_text(content: str, name: str = "mine.csv") -> Make:
    def make(folder: Path, digits: Digits) -> Path:
        (folder / name).write_text(content, encoding="utf-8", newline="")
        return folder / name

    return make


def packed(ending: str, pack: Callable[[bytes], bytes]) -> Make:
    def make(folder: Path, digits: Digits) -> Path:
        path = folder / f"mine.csv{ending}"
        path.write_bytes(pack(text(label_first(digits)).encode()))
        return path

    return make


def zipped(name: str) -> Make:
    def make(folder: Path, digits: Digits) -> Path:
        with zipfile.ZipFile(folder / "mine.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, text(label_first(digits)))
        return folder / "mine.zip"

    return make


def npz(**arrays: Callable[[Digits], np.ndarray]) -> Make:
    def make(folder: Path, digits: Digits) -> Path:
        made = {name: array(digits) for name, array in arrays.items()}
        np.savez_compressed(folder / "mine.npz", **made)
        return folder / "mine.npz"

    return make


def npy(images: str, labels: str) -> Make:
    def make(folder: Path, digits: Digits) -> Path:
        np.save(folder / images, digits.images)
        np.save(folder / labels, digits.labelled())
        return folder / images

    return make


def in_folder(make: Make) -> Make:
    return lambda folder, digits: make(folder, digits).parent


def tables_in_folder(folder: Path, digits: Digits) -> Path:
    for name in ("mnist_train.csv", "mnist_test.csv"):
        (folder / name).write_text(text(label_first(digits)))
    return folder


def images(d: Digits) -> np.ndarray:
    return d.images


def labels(d: Digits) -> np.ndarray:
    return d.labelled()


FILES: dict[str, Make] = {
    ".csv.gz": packed(".gz", gzip.compress),
    ".csv.bz2": packed(".bz2", bz2.compress),
    ".csv.xz": packed(".xz", lzma.compress),
    ".zip of a CSV": zipped("some/mnist_train.csv"),
    ".zip of one table": zipped("digits.txt"),
    "mnist_train.csv beside mnist_test.csv": tables_in_folder,
    "npz as Keras": npz(x_train=images, y_train=labels, x_test=images, y_test=labels),
    "npz X y": npz(X=lambda d: flat(d) / 255, y=lambda d: d.labelled().astype(float)),
    "npz images labels": npz(images=lambda d: d.images[..., None], labels=one_hot),
    "npz train_images": npz(train_images=images, train_labels=labels),
    "npz arr_0": npz(arr_0=images, arr_1=labels),
    "npz arr_0, four": npz(arr_0=images, arr_1=images, arr_2=labels, arr_3=labels),
    "npz of one table": npz(data=label_first),
    "npz of text labels": npz(data=flat, target=lambda d: d.labelled().astype(str)),
    "npz in Fortran's order": npz(X=lambda d: np.asfortranarray(d.images), y=labels),
    "npy pair": npy("x_train.npy", "y_train.npy"),
    "npy pair in a folder": in_folder(npy("images.npy", "labels.npy")),
    "npy pair by its labels": lambda f, d: (
        npy("trainX.npy", "trainY.npy")(f, d) and f / "trainY.npy"
    ),
}


def png(image: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def parquet_tables(digits: Digits) -> dict[str, Any]:
    """pyarrow tables of the same digits, by form. Needs pyarrow."""
    import pyarrow as pa

    rows = flat(digits)
    numbers = pa.array(digits.labelled())
    structs = [{"bytes": png(image), "path": f"{n}.png"} for n, image in enumerate(digits.images)]
    fixed = pa.FixedSizeListArray.from_arrays(pa.array(rows.ravel()), 784)
    columns = {name: rows[:, i] for i, name in enumerate(PIXELS_1)}
    return {
        "Hugging Face": pa.table({"image": structs, "label": numbers}),
        "bytes": pa.table({"png": [png(image) for image in digits.images], "y": numbers}),
        "lists": pa.table({"image": rows.tolist(), "label": numbers}),
        "lists of 0..1": pa.table({"image": (rows / 255).tolist(), "label": numbers}),
        "lists of lists": pa.table({"image": digits.images.tolist(), "label": numbers}),
        "fixed-size lists": pa.table({"pixels": fixed, "digit": numbers}),
        "columns": pa.table({"label": numbers, **columns}),
        "OpenML": pa.table(columns | {"class": pa.array(digits.labelled().astype(str))}),
        "OpenML, categories": pa.table(
            columns | {"class": pa.array(digits.labelled().astype(str)).dictionary_encode()}
        ),
    }


PARQUET = (
    "Hugging Face", "bytes", "lists", "lists of 0..1", "lists of lists", "fixed-size lists",
    "columns", "OpenML", "OpenML, categories",
)  # fmt: skip
