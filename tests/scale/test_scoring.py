"""Scoring in shards: each row once, whatever happens on the way, and always the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from command_line import call
from scored import columns_of, content_of, expected_labels, write_table
from scored import score as score_here
from tenfold.classifier import find_model
from tenfold.errors import DataError, OutputError, UsageError
from tenfold.predictions import predict
from tenfold.progress import Progress
from tenfold.scale import ScoringResult, job_call
from tenfold.scale import score as score_with

ROWS = 600
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="finds processes by /proc")


PARTS = 6


def score(data: Any, output: Path, **options: Any) -> ScoringResult:
    """With one worker, where a test does not say otherwise: starting one costs most of the time."""
    return score_with(data, output, **({"workers": 1, "shard_rows": ROWS // PARTS} | options))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a job that has ended, of two workers; its table is beside it."""
    folder = tmp_path_factory.mktemp("whole")
    score(write_table(folder / "t.csv", ROWS), folder / "out", workers=2)
    return folder / "out"


@pytest.fixture
def table(whole: Path) -> Path:
    """The table of `whole`, not to be changed."""
    return whole.parent / "t.csv"


@pytest.fixture
def own_table(tmp_path: Path) -> Path:
    return write_table(tmp_path / "t.csv", ROWS)


@pytest.fixture
def out(whole: Path, tmp_path: Path) -> Path:
    """A copy of `whole`."""
    return Path(shutil.copytree(whole, tmp_path / "out"))


def test_every_row_is_answered_as_predict_answers_it(table: Path, out: Path) -> None:
    scored = score(table, out)
    predicted = predict(str(table))
    assert (scored.rows_in, scored.rows_out, scored.rejected) == (ROWS, ROWS, 0)
    assert scored.parts == PARTS
    columns = columns_of(out)
    assert columns["id"] == [str(row) for row in range(1, ROWS + 1)]
    assert columns["label"] == [str(label) for label in predicted.labels]
    assert columns["label"] == expected_labels(ROWS)
    assert [bool(reason) for reason in columns["reason"]] == predicted.below.tolist()
    best = predicted.probabilities.max(axis=1)
    assert columns["probability"] == [f"{p:.6f}" for p in best]
    assert scored.unsure == predicted.unsure


def test_the_bytes_do_not_depend_on_the_workers(table: Path, whole: Path, tmp_path: Path) -> None:
    score(table, tmp_path / "out", workers=3)
    assert content_of(tmp_path / "out") == content_of(whole)


def test_the_manifest_names_model_and_inputs_by_hash(table: Path, whole: Path) -> None:
    manifest = json.loads((whole / "manifest.json").read_text())
    assert manifest["model_sha256"] == find_model("mnist").facts.graph.sha256
    digest = hashlib.sha256(table.read_bytes()).hexdigest()
    assert [(i["name"], i["sha256"]) for i in manifest["inputs"]] == [(str(table), digest)]
    parts = list(map(json.loads, (whole / "parts.jsonl").read_text().splitlines()))
    assert len(parts) == PARTS
    for part in parts:
        content = (whole / "parts" / f"part-{part['shard']:06d}.csv").read_bytes()
        assert hashlib.sha256(content).hexdigest() == part["sha256"]


def command(table: Path, out: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "tenfold", "score", str(table), "-o", str(out)),
        *("--shard-rows", str(ROWS // PARTS), "--workers", "2", "--quiet"),
    ]


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_killed_and_run_again_it_writes_the_same_bytes(
    table: Path, whole: Path, tmp_path: Path
) -> None:
    """The moments are random, and no two runs of this test try the same ones: none may matter."""
    moments = sorted(random.sample(range(PARTS - 1), 2))
    out = tmp_path / "out"
    for done in moments:
        process = subprocess.Popen(command(table, out), stderr=subprocess.PIPE)
        journal = out / "parts.jsonl"
        while process.poll() is None:
            if journal.exists() and journal.read_bytes().count(b"\n") > done:
                time.sleep(random.random() / 20)
                break
            time.sleep(0.005)
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()
    score(table, out)
    assert content_of(out) == content_of(whole)


@pytest.mark.skipif(os.name == "nt", reason="needs SIGINT")
def test_ctrl_c_ends_with_3_and_says_how_to_go_on(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = subprocess.Popen(command(table, out), stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not (out / "parts.jsonl").exists():
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 3
    assert "hint: continue: run the same command again" in said
    assert not [path for path in out.rglob(".*") if path.is_file()]
    score(table, out)
    assert columns_of(out)["id"] == [str(row) for row in range(1, ROWS + 1)]


def test_what_is_there_and_whole_stays(table: Path, whole: Path, out: Path) -> None:
    (out / "parts" / "part-000002.csv").unlink()
    cut = out / "parts" / "part-000004.csv"
    cut.write_bytes(cut.read_bytes()[:-5])
    kept = (out / "parts" / "part-000000.csv").stat().st_mtime_ns
    again = score(table, out)
    assert again.rows_now == 2 * ROWS // PARTS
    assert again.rows_out == ROWS
    assert (out / "parts" / "part-000000.csv").stat().st_mtime_ns == kept
    assert content_of(out) == content_of(whole)


def test_verify_finds_a_part_that_was_changed_in_place(table: Path, whole: Path, out: Path) -> None:
    part = out / "parts" / "part-000001.csv"
    part.write_bytes(part.read_bytes().replace(b",8,", b",7,"))
    assert score(table, out).rows_now == 0
    assert score(table, out, verify=True).rows_now > 0
    assert content_of(out) == content_of(whole)


def test_an_input_that_was_changed_is_refused(own_table: Path, tmp_path: Path) -> None:
    table, out = own_table, tmp_path / "out"
    score(table, out)
    content = table.read_bytes()
    table.write_bytes(content)  # another time, the same content
    os.utime(table, ns=(1, 1))
    assert score(table, out).rows_now == 0
    table.write_bytes(content.replace(b"0", b"1", 1) if content[:1] == b"0" else content[:-2])
    with pytest.raises(DataError, match="was changed after this job began"):
        score(table, out)
    assert score(table, out, force=True).rows_now == ROWS


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"probabilities": True}, "begun with probabilities=False, this has True"),
        ({"shard_rows": 7}, "begun with rows=100, this has 7"),
        ({"engine": "openvino"}, "begun with the engine onnxruntime, this is openvino"),
        ({"model": "pictures"}, "begun with the model"),
    ],
)
def test_another_job_is_refused(
    table: Path, out: Path, other: dict[str, object], message: str
) -> None:
    if "engine" in other:
        pytest.importorskip("openvino", reason="the openvino extra is not installed")
    with pytest.raises(OutputError, match=message):
        score(table, out, **other)


def test_a_folder_with_other_work_is_never_replaced(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("all of it")
    for force in (False, True):
        with pytest.raises(OutputError):
            score(table, out, force=force)
    assert (out / "thesis.txt").read_text() == "all of it"


def spoiled(table: Path, rows: list[int]) -> None:
    lines = table.read_bytes().split(b"\n")
    for row in rows:
        lines[row] = b"x" + lines[row]
    table.write_bytes(b"\n".join(lines))


def test_bad_rows_end_the_job_or_are_listed(own_table: Path, tmp_path: Path) -> None:
    table, out = own_table, tmp_path / "out"
    spoiled(table, [3, 400, 401])
    with pytest.raises(DataError, match=r"t\.csv:4: pixel0 is 'x.*expected a number"):
        score(table, out, shard_rows=200)
    with pytest.raises(DataError, match=r"bad rows so far, more than 2|expected a number"):
        score(table, out, shard_rows=200, bad_rows_max=2)
    scored = score(table, out, shard_rows=200, bad_rows_max=3)
    assert (scored.rows_in, scored.rows_out, scored.rejected) == (ROWS, ROWS - 3, 3)
    rejects = [path.read_text() for path in sorted((out / "rejects").iterdir())]
    assert "".join(rejects).count(f"{table},") == 3
    assert f"{table},401," in "".join(rejects)
    assert "3" not in columns_of(out)["id"]
    assert len(columns_of(out)["id"]) == ROWS - 3


def test_several_files_have_a_column_for_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, rows in (("b10.csv", 4), ("b2.csv", 3)):
        write_table(folder / name, rows)
    (folder / ".hidden").write_text("no table")
    score_here(folder, tmp_path / "out")
    columns = columns_of(tmp_path / "out")
    assert columns["id"] == ["1", "2", "3", "1", "2", "3", "4"]
    assert columns["file"] == [str(folder / "b2.csv")] * 3 + [str(folder / "b10.csv")] * 4
    score_here(str(folder / "*2.csv"), tmp_path / "other")
    assert columns_of(tmp_path / "other")["id"] == ["1", "2", "3"]


def test_probabilities_ids_and_kept_columns(tmp_path: Path) -> None:
    table = write_table(tmp_path / "t.csv", 30, labelled=True)
    score_here(table, tmp_path / "out", probabilities=True, keep=["label"], id="label")
    columns = columns_of(tmp_path / "out")
    assert list(columns) == [
        *("id", "label", "probability", "reason"),
        *(f"p{digit}" for digit in range(10)),
        "source_label",
    ]
    assert columns["id"] == columns["source_label"] == [str(i % 10) for i in range(30)]
    sums = [sum(float(columns[f"p{digit}"][row]) for digit in range(10)) for row in range(30)]
    assert all(abs(total - 1) < 1e-5 for total in sums)


def test_a_format_that_is_none_is_refused(table: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="format is 'xml'"):
        score(table, tmp_path / "out", format="xml")
    assert not (tmp_path / "out").exists()


def children() -> list[int]:
    """The processes that this one has started to work on shards."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            words = (path / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == os.getpid() and b"tenfold.scale.runners.child" in words:
            found.append(int(path.name))
    return found


@LINUX
def test_a_worker_that_is_killed_is_replaced(table: Path, whole: Path, tmp_path: Path) -> None:
    class KillsOne(Progress):
        killed = False

        def say(self, text: str) -> None:
            said.append(text)

    said: list[str] = []
    take = job_call.JobCall._take

    def kill_once(self: Any, event: Any, pace: Any) -> None:
        if not KillsOne.killed:
            KillsOne.killed = True
            os.kill(children()[0], signal.SIGKILL)
        take(self, event, pace)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job_call.JobCall, "_take", kill_once)
        score(table, tmp_path / "out", progress=KillsOne())
    assert any("a worker was ended by SIGKILL, as the system does" in text for text in said)
    assert content_of(tmp_path / "out") == content_of(whole)


def test_a_damaged_journal_costs_the_shard_that_it_does_not_name(
    table: Path, whole: Path, out: Path
) -> None:
    journal = out / "parts.jsonl"
    journal.write_bytes(journal.read_bytes()[:-20])
    assert score(table, out).rows_now == ROWS // PARTS
    assert content_of(out) == content_of(whole)
    shutil.rmtree(out / "parts")
    assert score(table, out).rows_now == ROWS


def test_the_command_line_prints_the_counts(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("score", str(table), "-o", str(tmp_path / "out"), "--json", "--quiet") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["rows_in"] == answer["rows_out"] == ROWS
