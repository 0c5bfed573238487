"""Every code block of the documents is run; the few that cannot are listed with the reason."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from code_blocks import DOCUMENTS, Block, blocks_of, differs, exchanges_of
from conftest import REAL_ZIP, drawn_digits

pytestmark = pytest.mark.train

LANGUAGES = {"bash", "console", "python", "toml", "ini", "text"}
NOT_RUN_MAX = 8
BLOCKS = [block for document in DOCUMENTS for block in blocks_of(document)]
RUN = [block for block in BLOCKS if not block.reason]


@pytest.fixture(scope="module")
def in_small() -> Iterator[None]:
    """Small recipes, no drawn reports, a small MNIST for a large one, and onnxruntime's figures."""
    import pandas
    import sklearn.datasets

    from reader_folder import shrink_recipes

    digits = drawn_digits(200, seed=4)
    table = pandas.DataFrame(digits.images.reshape(200, 784)), pandas.Series(digits.labels)
    with pytest.MonkeyPatch.context() as patch:
        shrink_recipes(patch)
        patch.setattr("tenfold.main_job.job.write_report", lambda report, folder: None)
        patch.setattr(sklearn.datasets, "fetch_openml", lambda *_, **__: table)
        patch.setattr("tenfold.classifier.engine_choice.cpu_has_fast_bf16", lambda: False)
        yield


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, in_small: None) -> Path:
    from reader_folder import prepare

    folder = tmp_path_factory.mktemp("reader") / "prepared"
    prepare(folder)
    return folder


def names() -> dict[str, Any]:
    """What a reader has in memory where a document says X, y, images, labels or module."""
    import torch

    digits = drawn_digits(160, seed=3)
    module = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 10))
    return {
        "X": digits.images.reshape(160, 784),
        "y": digits.labelled(),
        "images": torch.from_numpy(digits.images),
        "labels": torch.from_numpy(digits.labelled()),
        "batches": [digits.images[:80], digits.images[80:]],
        "module": module,
        "torch": torch,
    }


@pytest.mark.parametrize("document", sorted({block.document for block in RUN}))
def test_every_block_of_the_document_is_true(
    document: str, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from block_runner import DocumentRun
    from reader_folder import put_kaggle_data

    folder = tmp_path / "here"
    shutil.copytree(prepared, folder)
    monkeypatch.chdir(folder)
    blocks = [block for block in RUN if block.document == document]
    kaggle = REAL_ZIP.exists() and any(block.mark == "Kaggle's data" for block in blocks)
    if kaggle:
        put_kaggle_data(folder)
    running = DocumentRun(folder, names(), kaggle)
    failed = []
    with running.ending:
        for block in blocks:
            try:
                running.run(block)
            except (Exception, SystemExit) as problem:
                failed.append(f"{block.place}: {type(problem).__name__}: {problem}")
    assert not failed, "\n\n".join(failed)


def test_every_block_says_in_which_language_it_is() -> None:
    others = [block for block in RUN if not block.language.startswith("{")]
    assert [block.place for block in others if block.language not in LANGUAGES] == []


def test_few_blocks_are_not_run_and_each_has_a_reason(record_property: Any) -> None:
    skipped = [f"{block.place}: {block.reason}" for block in BLOCKS if block.reason]
    record_property("not run", skipped)
    assert len(skipped) <= NOT_RUN_MAX, skipped


def test_blocks_of_text_hold_no_command() -> None:
    for block in RUN:
        if block.language == "text":
            lines = block.text.splitlines()
            assert not [line for line in lines if line.startswith(("$ ", "tenfold ", "pip "))], (
                block.place
            )


@pytest.mark.parametrize(
    ("shown", "printed", "numbers", "same"),
    [
        (["3 rows"], ["3 rows"], True, True),
        (["3 rows"], ["4 rows"], True, False),
        (["3 rows"], ["4 rows"], False, True),
        (["3 rows"], ["4 lines"], False, False),
        (["a", "..."], ["a", "b", "c"], True, True),
        (["a", "..."], ["b", "c"], True, False),
        (["..."], [], True, True),
        (["723 99.1%"], ["723 99.4%"], True, True),
        (["723 99.1%"], ["723 89.1%"], True, False),
        (["n = 723, 99.1%"], ["n = 724, 99.1%"], True, False),
    ],
)
def test_output_is_compared(
    shown: list[str], printed: list[str], numbers: bool, same: bool
) -> None:
    assert (differs(shown, printed, numbers=numbers) == "") == same


def test_an_exchange_is_a_command_and_what_it_prints() -> None:
    assert exchanges_of("$ one \\\n> two\nsays\n$ three") == [("one two", ["says"]), ("three", [])]


def test_a_block_that_is_wrong_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from block_runner import BlockError, DocumentRun

    monkeypatch.chdir(tmp_path)
    running = DocumentRun(tmp_path, {"np": np}, kaggle=False)
    for language, text in [
        ("console", "$ echo one\ntwo"),
        ("bash", "tenfold no-such-verb"),
        ("bash", "false"),
        ("bash", "make no-such-target"),
        ("bash", "pip install '.[no-such-extra]'"),
        ("python", "assert np.pi == 3"),
        ("console", "$ tenfold recipes --quiet\nnothing"),
    ]:
        with pytest.raises((BlockError, AssertionError)):
            running.run(Block("README.md", 1, language, "", text))
