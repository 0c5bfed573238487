"""Names and remedies of formats that are not read."""

from __future__ import annotations

import pytest

from tenfold.framing import formats

FORMATS = [known for known in vars(formats).values() if isinstance(known, formats.Format)]


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
def test_a_name_fits_into_a_sentence_and_a_remedy_is_no_sentence(known: formats.Format) -> None:
    assert known.name.split()[0] in ("a", "an")
    assert known.remedy
    assert not known.remedy.endswith(".")


@pytest.mark.parametrize(
    "known", [known for known in FORMATS if "\n  " in known.remedy], ids=lambda known: known.name
)
def test_the_python_in_a_remedy_compiles(known: formats.Format) -> None:
    lines = [line.strip() for line in known.remedy.splitlines() if line.startswith("  ")]
    compile("\n".join(lines), known.name, "exec")


def test_endings_are_lower_case_and_belong_to_one_list() -> None:
    endings = [*formats.ENDINGS, *formats.DATA_ENDINGS]
    assert all(ending.startswith(".") and ending == ending.lower() for ending in endings)
    assert len(endings) == len(set(endings))
