"""The documents name what there is, and their links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

from tenfold.cli import tenfold

DOCS = Path(__file__).parents[1]


def test_the_readme_names_every_verb() -> None:
    readme = (DOCS / "README.md").read_text()
    for name in tenfold.commands:
        assert re.search(rf"^tenfold {name}\b", readme, re.MULTILINE), name


def test_every_link_of_the_documents_leads_somewhere() -> None:
    for document in [*DOCS.glob("*.md"), *(DOCS / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
            assert "://" in target or (document.parent / target).exists(), (document, target)


MEASURED = re.compile(r"\b\d{2}\.\d{2,3}(?= ?%)")  # an accuracy
FENCED = re.compile(r"^ *(```+)[^\n]*\n.*?^ *\1", re.DOTALL | re.MULTILINE)
NOT_OURS = {"99.67"}  # the Kaggle notebook's own claim, which the text says is one submission


def figures_without_a_record(document: Path) -> list[str]:
    """Accuracies in the text of a document that are in no record that it links to."""
    text = FENCED.sub("", document.read_text())
    folders = set(re.findall(r"bench/records/([\w.-]+)/", text))
    records = [DOCS / "bench" / "records" / folder / "README.md" for folder in folders]
    known = " ".join(record.read_text() for record in records)
    return sorted(set(MEASURED.findall(text)) - set(MEASURED.findall(known)) - NOT_OURS)


def test_every_accuracy_comes_from_a_record_that_is_linked() -> None:
    documents = [DOCS / "README.md", *(DOCS / "docs").rglob("*.md")]
    told = {
        document.name: figures
        for document in documents
        if document.name != "LOG.md" and (figures := figures_without_a_record(document))
    }
    assert told == {}


def test_a_figure_from_nowhere_is_found(tmp_path: Path) -> None:
    document = tmp_path / "claim.md"
    document.write_text("It reads 99.99 % right ([record](bench/records/2026-11-29_all-peers/)).")
    assert figures_without_a_record(document) == ["99.99"]
