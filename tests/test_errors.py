from __future__ import annotations

import pytest

from tenfold import errors
from tenfold.errors import DataError, Fault, MissingExtraError, TenfoldError


@pytest.mark.parametrize(
    ("name", "parent", "exit_code"),
    [
        ("UsageError", ValueError, 1),
        ("MissingExtraError", ImportError, 1),
        ("DataError", ValueError, 2),
        ("ModelError", ValueError, 2),
        ("OutputError", OSError, 2),
        ("FetchError", OSError, 2),
        ("DivergedError", ArithmeticError, 2),
        ("Interrupted", Exception, 3),
    ],
)
def test_each_error_has_its_exit_code_and_a_second_parent(
    name: str, parent: type[Exception], exit_code: int
) -> None:
    error = getattr(errors, name)
    assert issubclass(error, TenfoldError)
    assert issubclass(error, parent)
    assert error.exit_code == exit_code
    assert f"{name} " in (errors.__doc__ or "")


def test_all_faults_come_at_once_the_first_ten_and_a_count() -> None:
    faults = [Fault(f"a.csv:{line}", "is bad") for line in range(12)]
    lines = str(DataError(faults, hint="mend them")).splitlines()
    assert lines[0] == "a.csv:0: is bad"
    assert lines[9:] == ["a.csv:9: is bad", "... and 2 more", "hint: mend them"]


def test_a_missing_extra_says_what_to_type() -> None:
    assert "[train]'" in str(MissingExtraError("training", "train"))
