"""Small data made by hand, and the real files where they are."""

from __future__ import annotations

import gzip
import html
import json
import os
import re
import struct
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from PIL import Image, ImageDraw

from tenfold.digits import Digits
from tenfold.evaluation.evaluation_files import read_evaluation
from tenfold.isolation.fork_server import ForkServer
from tenfold.run_folder import RunFolder
from tenfold.sources import Source, open_digits

pytest.register_assert_rewrite("browsing")  # or its assertions say nothing when they fail

# A busy machine is slow, and no test is about the clock.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

# Before torch is imported: the tests' networks are smaller than what a second thread costs.
os.environ.setdefault("OMP_NUM_THREADS", "1")

REAL_ZIP = Path(__file__).parents[2] / "shared" / "data" / "digit-recognizer.zip"
NEEDS_DOCUMENTS = "reading PDF documents and writing workbooks needs the 'documents' extra"
NEEDS_PHOTO = "framing pictures needs the 'photo' extra"

MODEL_FACTS = {
    "format_version": 1,
    "recipe": {"name": "fast", "epochs": 1, "answered_accuracy": 0.999},
    "seed": 0,
    "labels": list("0123456789"),
    "temperature": 1.5,
    "reject_threshold": 0.0,
    "measured": None,
    "lineage": {"files": [], "rows": 0, "rows_sha256": ""},
    "packages": {},
    "graph": {"sha256": "", "size_bytes": 0},  # write_model fills it in
}
SHIPPED_GRAPH = Path(__file__).parents[1] / "src" / "tenfold" / "weights" / "mnist" / "model.onnx"
HEADER = ["label", *(f"pixel{index}" for index in range(784))]


@pytest.fixture(autouse=True, scope="session")
def unsynced() -> Iterator[None]:
    """Writing does not wait for the disk: no file of a test has to survive a power cut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda descriptor: None)
        yield


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the cache of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TENFOLD_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


_FORK_SERVERS: dict[tuple[str, ...], ForkServer] = {}


class KeptForkServer(ForkServer):
    """Stays when the pool that asked for it is closed."""

    def close(self) -> None:
        pass


def kept_fork_server(work: str) -> ForkServer:
    return _FORK_SERVERS.setdefault((work, *sys.path), KeptForkServer(work))


@pytest.fixture(autouse=True)
def kept_fork_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """All pools of a work fork their processes from one server, which finds the same modules:
    starting it takes longer than most tests. The processes are still each pool's own, with its
    bounds."""
    if sys.platform == "linux":
        monkeypatch.setattr("tenfold.isolation.pool._fork_server", kept_fork_server)


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs draw no report, which takes longer than a training in small."""
    monkeypatch.setattr("tenfold.main_job.job.write_report", lambda report, folder: None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Not of the session: while it is open, other tests cannot run an event loop of their own."""
    from browsing import browsing  # after its assertions are rewritten, see above

    with browsing() as running:
        yield running


@pytest.fixture(scope="session")
def real_zip() -> Path:
    if not REAL_ZIP.exists():
        pytest.skip("Kaggle's digit-recognizer.zip is not here")
    return REAL_ZIP


@pytest.fixture(scope="session")
def real_data(real_zip: Path) -> Source:
    """Kaggle's rows, read once: nobody changes them."""
    return open_digits(str(real_zip))


def drawn_digits(n: int = 200, seed: int = 0) -> Digits:
    """Tiles that a small network can tell apart: digit d is a bar whose place depends on d."""
    random = np.random.default_rng(seed)
    labels = np.arange(n) % 10
    images = random.integers(0, 30, (n, 28, 28)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[4 + 2 * label : 6 + 2 * label, 6:22] = random.integers(150, 256, (2, 16))
    return Digits(images, labels.astype(np.int64))


def csv_text(digits: Digits, *, labelled: bool = True, end: str = "\r\n") -> str:
    """Kaggle's layout."""
    pixels = digits.images.reshape(len(digits), -1)
    table = np.column_stack([digits.labelled(), pixels]) if labelled else pixels
    lines = [",".join(HEADER[not labelled :]), *(",".join(map(str, row)) for row in table.tolist())]
    return end.join(lines) + end


def write_idx(folder: Path, prefix: str, digits: Digits, *, zipped: bool = False) -> None:
    """MNIST's two files, e.g. train-images-idx3-ubyte and train-labels-idx1-ubyte."""
    n = len(digits)
    images = struct.pack(">4I", 0x803, n, 28, 28) + digits.images.tobytes()
    labels = struct.pack(">2I", 0x801, n) + digits.labelled().astype(np.uint8).tobytes()
    folder.mkdir(exist_ok=True)
    for name, content in (("images-idx3", images), ("labels-idx1", labels)):
        path = folder / f"{prefix}-{name}-ubyte{'.gz' if zipped else ''}"
        path.write_bytes(gzip.compress(content) if zipped else content)


def write_kaggle_zip(path: Path, train: Digits | None, test: Digits | None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        if train is not None:
            archive.writestr("train.csv", csv_text(train))
        if test is not None:
            archive.writestr("test.csv", csv_text(test, labelled=False))
            archive.writestr("sample_submission.csv", "ImageId,Label\r\n1,0\r\n")
    return path


def paint(text: str = "3", size: int = 100, ink: int = 0, paper: int = 255) -> Image.Image:
    """A picture of a digit as somebody would take it: dark on bright, off-centre."""
    picture = Image.new("L", (size, size), paper)
    ImageDraw.Draw(picture).text((size * 0.3, size * 0.2), text, fill=ink, font_size=size // 2)
    return picture


@pytest.fixture
def digits() -> Digits:
    return drawn_digits()


@pytest.fixture
def train_csv(tmp_path: Path, digits: Digits) -> Path:
    path = tmp_path / "train.csv"
    path.write_bytes(csv_text(digits).encode())
    return path


def assert_all_say(run: RunFolder, words: str, notes: Sequence[str], console: str) -> None:
    """The page, metrics.json, the stored evaluation, model.json, the card and the console say
    `words` of the rows that were measured, and the `notes`."""
    metrics = json.loads((run.report / "metrics.json").read_text())
    stored = read_evaluation(run.report).measured_on
    assert metrics["measured_on"] == words
    assert str(stored) == words
    assert stored is not None
    assert metrics["measured_rows"] == stored.to_json()
    assert list(stored.notes) == list(notes)
    said = [console, re.sub(r"<[^>]*>", "", (run.report / "report.html").read_text())]
    if run.model.exists():
        measured = json.loads((run.model / "model.json").read_text())["measured"]
        assert (measured["rows"], measured["measured_rows"]) == (words, stored.to_json())
        said.append((run.model / "README.md").read_text())
    for text in said:
        assert words in html.unescape(text)
        assert all(note in text for note in notes)


Edit = Callable[[list[list[str]]], None]


def edited_csv(path: Path, edit: Edit, rows: int = 20) -> Path:
    """A Kaggle-like train.csv whose cells were changed by `edit`."""
    table = [line.split(",") for line in csv_text(drawn_digits(rows), end="\n").splitlines()]
    edit(table)
    path.write_text("\n".join(",".join(line) for line in table) + "\n")
    return path
