from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from tenfold.scale.outputs import Answers
from tenfold.scale.outputs.csv_part import CsvPart, cell, header
from tenfold.scale.outputs.hashed_file import HashedFile
from tenfold.scale.settings import Settings


def lines_of(settings: Settings, *answers: Answers, several_inputs: bool = False) -> list[str]:
    content = io.BytesIO()
    columns = settings.columns(several_inputs=several_inputs)
    part = CsvPart(HashedFile(content), columns, "a,b.csv")
    for batch in answers:
        part.write(batch)
    part.close()
    return content.getvalue().decode().splitlines()


def answers(ids: Any, **others: Any) -> Answers:
    probability = np.array([0.25, 1], np.float32)
    return Answers(ids, np.array([3, 7]), probability, ["low_confidence", ""], **others)


def test_a_line_is_id_label_probability_and_reason() -> None:
    assert lines_of(Settings(), answers(np.array([8, 9]))) == [
        "id,label,probability,reason",
        "8,3,0.250000,low_confidence",
        "9,7,1.000000,",
    ]


def test_all_probabilities_and_kept_columns_come_behind() -> None:
    settings = Settings(probabilities=True, keep=("name",))
    ten = np.full((2, 10), 0.1, np.float32)
    kept = {"name": ['say "x"', None]}
    lines = lines_of(settings, answers(["u", "v"], probabilities=ten, kept=kept))
    assert lines[0].endswith(",p8,p9,name")
    assert lines[1] == "u,3,0.250000,low_confidence," + "0.100000," * 10 + '"say ""x"""'
    assert lines[2].endswith(",0.100000,")


def test_of_several_inputs_each_row_names_its_file() -> None:
    lines = lines_of(Settings(), answers([1, 2]), several_inputs=True)
    assert lines[1] == '1,3,0.250000,low_confidence,"a,b.csv"'


def test_no_answers_are_a_header_alone() -> None:
    assert lines_of(Settings(), Answers((), (), (), ())) == ["id,label,probability,reason"]


@pytest.mark.parametrize(
    ("text", "written"), [("a b", "a b"), ("a,b", '"a,b"'), ("a\nb", '"a\nb"'), ('"', '""""')]
)
def test_a_cell_is_quoted_where_it_needs_it(text: str, written: str) -> None:
    assert cell(text) == written
    assert header([text, "x"]) == f"{written},x\n"
