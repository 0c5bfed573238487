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
