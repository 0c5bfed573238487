"""Files and objects of the same digits as other programs and people make them."""

from __future__ import annotations

import gzip
import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from conftest import write_idx
from data_forms import (
    GRID,
    LABELLED,
    flat,
    fractions,
    label_first,
    parquet_tables,
    text,
    with_comma,
)
from picture_folders import save
from tenfold.digits import Digits
from tenfold.sources.class_names import NUMBER_WORDS

Make = Callable[[Path, Digits], Path]


def frame(d: Digits) -> Any:
    import pandas

    table = pandas.DataFrame(flat(d), columns=[f"pixel{i}" for i in range(784)])
    table.insert(0, "label", d.labelled())
    return table


def csv_of(change: Callable[[Any, Digits], Any], **options: Any) -> Make:
    """A frame, changed, as pandas writes it."""

    def make(folder: Path, d: Digits) -> Path:
        change(frame(d), d).to_csv(folder / "FILE", **({"index": False} | options))
        return folder / "FILE"

    return make


def text_of(write: Callable[[Digits], str], encoding: str = "utf-8") -> Make:
    def make(folder: Path, d: Digits) -> Path:
        (folder / "FILE").write_bytes(write(d).encode(encoding))
        return folder / "FILE"

    return make


def npz_of(images: Callable[[Digits], Any], labels: Callable[[Digits], Any] | None = None) -> Make:
    def make(folder: Path, d: Digits) -> Path:
        with (folder / "FILE").open("wb") as file:
            np.savez(file, X=images(d), y=labels(d) if labels else d.labelled())
        return folder / "FILE"

    return make


def savetxt(**options: Any) -> Make:
    def make(folder: Path, d: Digits) -> Path:
        np.savetxt(folder / "FILE", label_first(d), **options)
        return folder / "FILE"

    return make


def as_r(names: list[str], quote: str = "{}") -> Callable[[Digits], str]:
    """As write.csv of R: row names, quoted names."""

    def write(d: Digits) -> str:
        rows = zip(flat(d).tolist(), d.labelled().tolist(), strict=True)
        head = ",".join(f'"{name}"' for name in ["", *names])
        lines = [
            f'"{n}",{quote.format(y)},{",".join(map(str, x))}' for n, (x, y) in enumerate(rows, 1)
        ]
        return "\r\n".join([head, *lines])

    return write


def times_ten(d: Digits) -> np.ndarray:
    """Labels in MATLAB's way: 10 for 0."""
    return np.where(d.labelled() == 0, 10, d.labelled())


def standardised(table: Any, d: Digits) -> Any:
    return scaled(table, lambda pixels: (pixels / 255 - 0.1307) / 0.3081)


def scaled(table: Any, change: Callable[[Any], Any]) -> Any:
    import pandas

    return pandas.concat([table[["label"]], change(table.drop(columns="label"))], axis=1)


def fractions32(table: Any, d: Digits) -> Any:
    return scaled(table, lambda pixels: pixels.astype("float32") / np.float32(255))


def shuffled(table: Any, d: Digits) -> Any:
    return table.sample(frac=1, random_state=0)


def one_hot_truth(table: Any, d: Digits) -> Any:
    import pandas

    return pandas.get_dummies(table, columns=["label"])


def joined(table: Any, d: Digits) -> Any:
    import pandas

    half = len(table) // 2
    return pandas.concat([table[:half], table[half:].reset_index(drop=True)])


def hugging_face(inside: str) -> Make:
    def make(folder: Path, d: Digits) -> Path:
        import pyarrow.parquet as parquet

        (folder / inside).mkdir()
        (folder / "README.md").write_text("---\ndataset_info: {}\n---\n")
        (folder / ".gitattributes").write_text("*.parquet filter=lfs\n")
        for split in ("train", "test"):
            table = parquet_tables(d)["Hugging Face"]
            parquet.write_table(table, folder / inside / f"{split}-00000-of-00001.parquet")
        return folder

    return make


def picture_folder(metadata: Callable[[list[int]], tuple[str, str]]) -> Make:
    """Hugging Face's ImageFolder: pictures in train/ with a metadata file."""

    def make(folder: Path, d: Digits) -> Path:
        for row in range(len(d)):
            save(d, row, folder / "train" / f"{row:04}.png")
        name, content = metadata(d.labelled().tolist())
        (folder / "train" / name).write_text(content)
        return folder

    return make


def metadata_csv(labels: list[int]) -> tuple[str, str]:
    rows = [f"{row:04}.png,{label}" for row, label in enumerate(labels)]
    return "metadata.csv", "\n".join(["file_name,label", *rows])


def metadata_jsonl(labels: list[int]) -> tuple[str, str]:
    rows = [{"file_name": f"{row:04}.png", "label": label} for row, label in enumerate(labels)]
    return "metadata.jsonl", "\n".join(map(json.dumps, rows))


def web_dataset(folder: Path, d: Digits) -> Path:
    for row, label in enumerate(d.labelled().tolist()):
        save(d, row, folder / "t" / f"{row:06}.png")
        (folder / "t" / f"{row:06}.cls").write_text(str(label))
    return Path(shutil.make_archive(str(folder / "mnist-train-000000"), "tar", folder / "t"))


def kaggles_mirror(folder: Path, d: Digits) -> Path:
    """The four files twice, as a popular copy on Kaggle has them."""
    for prefix in ("train", "t10k"):
        write_idx(folder / "x", prefix, d)
    for path in sorted((folder / "x").iterdir()):
        (folder / "a" / path.name).mkdir(parents=True)
        shutil.copy(path, folder / "a" / path.name / path.name)
        shutil.copy(path, folder / "a" / path.name.replace("-idx", ".idx"))
    return Path(shutil.make_archive(str(folder / "archive"), "zip", folder / "a"))


def arrays_beside(images: str, labels: str, ending: str) -> Make:
    def make(folder: Path, d: Digits) -> Path:
        write = np.save if ending == ".npy" else np.savez_compressed
        write(folder / f"{images}{ending}", d.images[..., None])
        write(folder / f"{labels}{ending}", d.labelled().astype(np.uint8))
        return folder / f"{images}{ending}"

    return make


def keras(folder: Path, d: Digits) -> Path:
    labels = d.labelled().astype(np.uint8)
    np.savez(folder / "mnist.npz", x_train=d.images, y_train=labels, x_test=d.images, y_test=labels)
    return folder / "mnist.npz"


def parquet_of(change: Callable[[Any], Any]) -> Make:
    def make(folder: Path, d: Digits) -> Path:
        change(frame(d)).to_parquet(folder / "FILE")
        return folder / "FILE"

    return make


READ: dict[str, Make] = {
    "pandas, with its index": csv_of(lambda t, d: t, index=True),
    "pandas, an index with a name": csv_of(lambda t, d: t, index=True, index_label="id"),
    "pandas, joined, index twice": csv_of(joined, index=True),
    "pandas, shuffled, with its index": csv_of(shuffled, index=True),
    "pandas, floats": csv_of(lambda t, d: t.astype("float32")),
    "pandas, float32 of 0..1": csv_of(fractions32),
    "pandas, one-hot": csv_of(lambda t, d: one_hot_truth(t, d).astype(int)),
    "pandas, one-hot as truth": csv_of(one_hot_truth),
    "pandas, tabs, label last": csv_of(lambda t, d: t[[*t.columns[1:], "label"]], sep="\t"),
    "R, write.csv": text_of(as_r(["y", *(f"X{i}" for i in range(1, 785))])),
    "R, a factor": text_of(as_r(["label", *(f"V{i}" for i in range(2, 786))], '"{}"')),
    "R, names of its own": text_of(as_r([f"V{i}" for i in range(1, 786)])),
    "Excel, semicolons and decimal commas": text_of(
        lambda d: "\ufeff" + text(fractions(d), LABELLED, separator=";", cell=with_comma)
    ),
    "numpy.savetxt": savetxt(),
    "numpy.savetxt, whole numbers": savetxt(fmt="%d", delimiter=","),
    "numpy.savetxt, with a header": savetxt(fmt="%d", delimiter=",", header=",".join(LABELLED)),
    "Kaggle's MNIST in CSV": text_of(lambda d: text(label_first(d), ["label", *GRID])),
    "a packed file with a plain name": lambda folder, d: write(
        folder / "FILE", gzip.compress(text(label_first(d)).encode())
    ),
    "Keras' mnist.npz": keras,
    "KMNIST's pair of .npz": arrays_beside("kmnist-train-imgs", "kmnist-train-labels", ".npz"),
    "MNIST-C's .npy": arrays_beside("train_images", "train_labels", ".npy"),
    "images of 784 x 1": npz_of(lambda d: flat(d)[..., None]),
    "labels as a column": npz_of(lambda d: d.images, lambda d: d.labelled()[:, None]),
    "Hugging Face's data": hugging_face("data"),
    "Hugging Face's configuration": hugging_face("mnist"),
    "Parquet with an index": parquet_of(lambda t: t.sample(frac=1, random_state=0)),
    "Parquet with text labels": parquet_of(lambda t: t.astype({"label": str})),
    "ImageFolder, metadata.csv": picture_folder(metadata_csv),
    "ImageFolder, metadata.jsonl": picture_folder(metadata_jsonl),
    "WebDataset": web_dataset,
    "the four files twice in a zip": kaggles_mirror,
}  # fmt: skip


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def pickled(value: Callable[[Digits], Any], name: str = "FILE") -> Make:
    def make(folder: Path, d: Digits) -> Path:
        content = pickle.dumps(value(d))
        return write(folder / name, gzip.compress(content) if name.endswith(".gz") else content)

    return make


def saved_objects(value: Callable[[Digits], Any]) -> Make:
    def make(folder: Path, d: Digits) -> Path:
        with (folder / "FILE").open("wb") as file:
            np.save(file, value(d), allow_pickle=True)
        return folder / "FILE"

    return make


def object_array(d: Digits) -> np.ndarray:
    array = np.empty(len(d), object)
    array[:] = list(d.images)
    return array


def picture_of(pixels: Callable[[Digits], np.ndarray]) -> Make:
    def make(folder: Path, d: Digits) -> Path:
        Image.fromarray(pixels(d)).save(folder / "FILE", "PNG")
        return folder / "FILE"

    return make


def grid(d: Digits) -> np.ndarray:
    """Four rows of ten tiles."""
    return d.images.reshape(4, 10, 28, 28).swapaxes(1, 2).reshape(4 * 28, 10 * 28)


def in_one_cell(head: str, cell: Callable[[list[int]], str]) -> Make:
    def write_cells(d: Digits) -> str:
        rows = zip(d.labelled().tolist(), flat(d).tolist(), strict=True)
        return "\n".join([head, *(f"{y},{cell(x)}" for y, x in rows)])

    return text_of(write_cells)


def sparse_arff(d: Digits) -> str:
    attributes = "".join(f"@ATTRIBUTE pixel{i} INTEGER\n" for i in range(1, 785))
    rows = []
    for image, label in zip(flat(d).tolist(), d.labelled().tolist(), strict=True):
        cells = [f"{i} {value}" for i, value in enumerate(image) if value]
        rows.append("{" + ", ".join(cells + ([f"784 {label}"] if label else [])) + "}")
    classes = ",".join(map(str, range(10)))
    head = f"@RELATION mnist\n{attributes}@ATTRIBUTE class {{{classes}}}\n@DATA\n"
    return head + "\n".join(rows) + "\n"


# what it is called, and what to write instead of a part of the code, where the hint says so
REFUSED: dict[str, tuple[Make, str, tuple[str, str]]] = {
    "labels 1 to 10": (csv_of(lambda t, d: t.assign(label=times_ten(d))), "label is 10", ("", "")),
    "labels 1 to 10, no header": (
        csv_of(lambda t, d: t.assign(label=times_ten(d)), header=False),
        "10 may be the zero, as in MATLAB's files, or the nine", ("", ""),
    ),
    "labels 1 to 10, counted": (
        csv_of(lambda t, d: t.assign(label=d.labelled() + 1)), "label is 10", ("%= 10", "-= 1"),
    ),
    "labels 1 to 10, an array": (
        npz_of(lambda d: d.images, times_ten), "10 may be the zero, as in MATLAB's files", ("", ""),
    ),
    "labels as words": (
        csv_of(lambda t, d: t.assign(label=[list(NUMBER_WORDS)[y].title() for y in d.labelled()])),
        "label is 'Zero'", ("", ""),
    ),
    "-1 to 1": (
        csv_of(lambda t, d: scaled(t, lambda x: x / 127.5 - 1)), "scaled, -1 to 1", ("", ""),
    ),
    "torchvision's normalisation": (
        csv_of(standardised), "scaled, -0.42", ("", ""),
    ),
    "a column of text": (
        csv_of(lambda t, d: t.assign(writer="anna")), "writer is 'anna'", ("", ""),
    ),
    "nothing for 0": (
        csv_of(lambda t, d: scaled(t, lambda x: x.where(x > 0))), "is empty", ("", ""),
    ),
    "Excel's sep=": (
        text_of(lambda d: "\ufeffsep=;\r\n" + text(label_first(d), LABELLED, separator=";")),
        "begins with Excel's line sep=;", ("", ""),
    ),
    "Excel's Unicode text": (
        text_of(lambda d: text(label_first(d), LABELLED, separator="\t", end="\r\n"), "utf-16"),
        "is UTF-16 text", ("", ""),
    ),
    "all pixels in one cell": (
        in_one_cell("label,pixels", lambda x: " ".join(map(str, x))), "in one cell", ("", ""),
    ),
    "a list in a cell": (in_one_cell("label,image", lambda x: f'"{x}"'), "in one cell", ("", "")),
    "ARFF, sparse": (text_of(sparse_arff), "is a sparse ARFF file", ("", "")),
    "RGB": (npz_of(lambda d: np.repeat(d.images[..., None], 3, 3)), "has the shape", ("", "")),
    "RGB, channels first": (
        npz_of(lambda d: np.repeat(d.images[:, None], 3, 1)), "has the shape", ("", ""),
    ),
    "images as columns": (npz_of(lambda d: flat(d).T), "has the shape", ("", "")),
    "images last": (npz_of(lambda d: np.moveaxis(d.images, 0, -1)), "has the shape", ("", "")),
    "an array of -1 to 1": (npz_of(lambda d: d.images / 127.5 - 1), "holds -1 to 1", ("", "")),
    "an array, normalised": (
        npz_of(lambda d: (d.images / 255 - 0.1307) / 0.3081), "holds -0.42", ("", ""),
    ),
    "a pickled pair": (pickled(lambda d: (d.images, d.labelled())), "is a Python pickle", ("", "")),
    "a pickled frame": (
        pickled(frame), "is a Python pickle",
        ("X, y = data[0] if len(data) == 3 else data; numpy.savez('OTHER.npz', X=X, y=y)",
         "data.to_csv('OTHER.csv', index=False)"),
    ),
    "mnist.pkl.gz": (
        pickled(lambda d: [(flat(d) / 255, d.labelled())] * 3, "mnist.pkl.gz"),
        "is a Python pickle", ("", ""),
    ),
    "an array of objects": (saved_objects(object_array), "is an array of Python objects", ("", "")),
    "a dictionary in an .npy": (
        saved_objects(lambda d: {"X": d.images, "y": d.labelled()}),
        "is an array of Python objects", ("", ""),
    ),
    "a sheet of tiles": (picture_of(grid), "is a picture (PNG)", ("", "")),
    "a strip of tiles": (
        picture_of(lambda d: np.hstack(list(d.images))), "is a picture (PNG)", ("", ""),
    ),
    "a picture with an image a row": (
        picture_of(flat), "is a picture (PNG)",
        ("X = X.reshape(X.shape[0] // 28, 28, X.shape[1] // 28, 28).swapaxes(1, 2)"
         ".reshape(-1, 28, 28); ", ""),
    ),
}  # fmt: skip


def small_table(width: int) -> Make:
    """Tables of small images: optdigits (65 columns), zip.train (257), semeion (266)."""

    def rows(d: Digits) -> str:
        pooled = d.images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)) / 255
        small = np.pad(pooled, ((0, 0), (1, 1), (1, 1)))  # 16 x 16
        labels = d.labelled()[:, None]
        if width == 65:
            eight = small.reshape(-1, 8, 2, 8, 2).mean(axis=(2, 4))
            return text(np.column_stack([np.rint(eight.reshape(-1, 64) * 16).astype(int), labels]))
        if width == 257:
            return text(np.column_stack([labels, small.reshape(-1, 256) * 2 - 1]), separator=" ")
        binary = (small.reshape(-1, 256) > 0.4).astype(int)
        hot = np.eye(10, dtype=int)[d.labelled()]
        return text(np.column_stack([binary, hot]), separator=" ", tail=" ")

    return text_of(rows)
