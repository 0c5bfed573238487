"""docs/LOG.md: its contents list every section, and every section says what came of it."""

from __future__ import annotations

import re
from pathlib import Path

LOG = (Path(__file__).parents[1] / "docs" / "LOG.md").read_text(encoding="utf-8")
CONTENTS, _, BODY = LOG.partition("\n## Contents\n")[2].partition("\n## ")
BODY = "\n## " + BODY


def anchor(heading: str) -> str:
    """As GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_the_contents_list_every_section_in_order() -> None:
    headings = re.findall(r"^(##+) (.+)$", BODY, re.MULTILINE)
    listed = re.findall(r"^( *)- \[(.+)\]\(#(.+)\)$", CONTENTS, re.MULTILINE)
    assert listed == [
        ("  " if level == "###" else "", heading, anchor(heading)) for level, heading in headings
    ]


def test_every_section_begins_with_its_conclusion() -> None:
    for section in re.split(r"^### ", BODY, flags=re.MULTILINE)[1:]:
        heading, _, text = section.partition("\n")
        assert text.startswith("\n**Conclusion:** "), heading


def test_every_section_has_a_date() -> None:
    for heading in re.findall(r"^### (.+)$", BODY, re.MULTILINE):
        assert re.search(r"\(20\d\d-\d\d-\d\d(, negative)?\)$", heading), heading
