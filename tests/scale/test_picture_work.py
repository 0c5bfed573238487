"""Whole pictures and documents in shards: the table of `tenfold read --csv`, page by page."""

from __future__ import annotations

import csv
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from command_line import call
from conftest import NEEDS_PHOTO
from scored import InThisProcess, content_of
from scored import score as score_here
from tenfold.classifier import find_model
from tenfold.errors import DataError, OutputError, UsageError
from tenfold.reading.opening.isolated import CostlyPicture, IsolatedFind
from tenfold.scale import ScoringResult, picture_work
from tenfold.scale import score as score_with_workers
from tenfold.scale.manifest import read_manifest
from tenfold.scale.runners.events import Finished

pytest.importorskip("cv2", reason=NEEDS_PHOTO)

NAMES = ["1.png", "2.png", "10.png", "blank.png", "pages.tiff"]


def score(data: Any, output: Path, **options: Any) -> ScoringResult:
    return score_here(data, output, pictures=True, **({"shard_rows": 2} | options))


def written(text: str) -> Image.Image:
    picture = Image.new("L", (300, 120), 255)
    ImageDraw.Draw(picture).text((40, 20), text, fill=0, font_size=70)
    return picture


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three numbers, a blank picture, and a TIFF of two pages."""
    folder = tmp_path / "scans"
    folder.mkdir()
    for number in (1, 2, 10):
        written(str(number)).save(folder / f"{number}.png")
    Image.new("L", (300, 120), 255).save(folder / "blank.png")
    written("47").save(folder / "pages.tiff", save_all=True, append_images=[written("58")])
    (folder / "notes.txt").write_text("no picture")
    return folder


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def parts_of(folder: Path) -> list[dict[str, str]]:
    return [row for path in sorted((folder / "parts").iterdir()) for row in rows_of(path)]


def test_one_file_has_the_bytes_of_read(folder: Path, tmp_path: Path) -> None:
    scored = score(folder, tmp_path / "out.csv")
    assert call("read", str(folder), "--csv", str(tmp_path / "read.csv"), "--quiet") == 0
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "read.csv").read_bytes()
    assert (scored.rows_in, scored.rows_out, scored.rejected) == (6, 6, 0)
    assert scored.numbers == 5
    assert str(scored).startswith(f"{tmp_path / 'out.csv'}: 6 pictures; 5 numbers, ")
    rows = rows_of(tmp_path / "out.csv")
    assert [row["file"] for row in rows] == [str(folder / name) for name in [*NAMES, "pages.tiff"]]
    assert [row["text"] for row in rows if row["text"]][-2:] == ["47", "58"]
    assert [row["page"] for row in rows[-2:]] == ["1", "2"]
    blank = rows[3]
    assert (blank["row"], blank["text"], blank["reason"]) == ("", "", "nothing on it")


def test_the_bytes_are_those_of_workers_also_where_a_job_continues(
    folder: Path, tmp_path: Path
) -> None:
    score(folder, tmp_path / "one")
    whole = content_of(tmp_path / "one")
    (tmp_path / "two" / "parts").mkdir(parents=True)
    for path in ("manifest.json", "parts.jsonl", "parts/part-000001.csv"):
        (tmp_path / "two" / path).write_bytes(whole[path])
    scored = score_with_workers(folder, tmp_path / "two", pictures=True, shard_rows=2, workers=1)
    assert scored.rows_now == 4
    assert content_of(tmp_path / "two") == whole
    assert score(folder, tmp_path / "two", verify=True).rows_now == 0


def test_the_model_is_the_one_for_pictures(folder: Path, tmp_path: Path) -> None:
    score(folder / "1.png", tmp_path / "out")
    manifest = read_manifest(tmp_path / "out")
    assert manifest is not None
    assert manifest.model_sha256 == find_model("pictures").facts.graph.sha256
    assert {"pillow", "opencv-python-headless", "onnxruntime"} <= {*manifest.versions}


@pytest.mark.parametrize("form", ["tar", "tar.gz", "zip", "files"])
def test_archives_and_files_give_the_numbers_of_their_folder(
    folder: Path, tmp_path: Path, form: str
) -> None:
    archive = tmp_path / f"scans.{form}"
    data: Any = archive
    if form == "files":
        data = [folder / name for name in NAMES]
    elif form == "zip":
        with zipfile.ZipFile(archive, "w") as packed:
            for name in [*NAMES, "__MACOSX/._1.png", "notes.txt"]:
                content = (folder / name).read_bytes() if name in NAMES else b"none"
                packed.writestr(name, content)
    else:
        with tarfile.open(archive, "w:gz" if form == "tar.gz" else "w") as tar:
            for name in [*NAMES, "notes.txt"]:
                tar.add(folder / name, name)
    score(folder, tmp_path / "folder.csv")
    scored = score(data, tmp_path / "out", shard_rows=3)
    assert scored.parts == (1 if form == "tar.gz" else 2)
    of_folder, of_archive = rows_of(tmp_path / "folder.csv"), parts_of(tmp_path / "out")
    shown = f"{archive}: " if form != "files" else f"{folder}/"
    assert [row.pop("file") for row in of_archive] == [
        row.pop("file").replace(f"{folder}/", shown) for row in of_folder
    ]
    assert of_archive == of_folder


def test_what_cannot_be_opened_ends_the_job_or_is_listed(folder: Path, tmp_path: Path) -> None:
    (folder / "2.png").write_bytes(b"no picture")
    (folder / "11.png").write_bytes(b"none either")
    with pytest.raises(DataError, match=r"2\.png: ") as told:
        score(folder, tmp_path / "out")
    assert "--bad-rows-max" in str(told.value.hint)
    scored = score(folder, tmp_path / "out", bad_rows_max=9)
    assert scored.rows_in == scored.rows_out + scored.rejected
    assert scored.rejected == 2
    rejects = [row for path in sorted((tmp_path / "out" / "rejects").iterdir())
               for row in rows_of(path)]  # fmt: skip
    assert [row["file"] for row in rejects] == [
        str(folder / "2.png"), str(folder / "11.png"),
    ]  # fmt: skip
    assert all(row["reason"] for row in rejects)


def test_a_picture_that_is_changed_during_the_job_is_noticed_at_its_end(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reads_and_changes(self: InThisProcess, *job: Any) -> Iterator[Finished]:
        yield from run(self, *job)
        written("99").save(folder / "1.png")

    run = InThisProcess.run
    with monkeypatch.context() as patch:
        patch.setattr(InThisProcess, "run", reads_and_changes)
        with pytest.raises(DataError, match="scans: was changed after this job began"):
            score(folder, tmp_path / "out")
    with pytest.raises(OutputError, match="were changed after it began"):
        score(folder, tmp_path / "out")


def test_options_of_tables_are_refused(folder: Path, tmp_path: Path) -> None:
    for options in ({"keep": ["x"]}, {"id": "x"}, {"probabilities": True}):
        with pytest.raises(UsageError, match="is for tables of digits, and --pictures"):
            score(folder, tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()
    told = call("score", str(folder), "--pictures", "--keep", "x", "-o", str(tmp_path / "out"))
    assert told == 1


def test_a_costly_picture_is_tried_twice(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def killed_once(self: IsolatedFind, *request: object) -> object:
        asked.append(request)
        if len(asked) == 1:
            raise CostlyPicture("takes more than 1024 MB of memory to be read", hint="none")
        return "answer"

    monkeypatch.setattr(IsolatedFind, "_call", killed_once)
    find: Any = picture_work.PatientFind(1, picture_work.BOUNDS)
    assert find._call("request") == "answer"
    assert len(asked) == 2


def test_parquet_has_the_same_numbers(folder: Path, tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet", reason="the parquet extra is not installed")
    score(folder, tmp_path / "out.csv")
    score(folder, tmp_path / "out.parquet")
    table = pq.read_table(tmp_path / "out.parquet")
    rows = rows_of(tmp_path / "out.csv")
    assert table.column_names == list(rows[0])
    assert table["text"].to_pylist() == [row["text"] for row in rows]
    assert table["page"].to_pylist() == [int(row["page"]) for row in rows]
    assert table["row"].to_pylist() == [int(row["row"]) if row["row"] else None for row in rows]
    assert table["probability"].to_pylist() == [
        float(row["probability"]) if row["probability"] else None for row in rows
    ]
