"""Parameters of a request, in the query or in fields of a form.

Unknown parameters are refused, and those given twice: taking one of two values would be a guess.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast, get_args

import re2
from starlette.requests import Request

from tenfold.errors import UsageError
from tenfold.reading.expected.expect import Expectation, Match, named
from tenfold.reading.opening.opening import Turn
from tenfold.serving.gate.refusals import Refused

NAMES = ("expect", "marks", "page", "picture", "tiles", "turn")
REPEATABLE = ("expect",)  # a number has to fulfil them all
TURNS = get_args(Turn)
EXPECT_COUNT_MAX, EXPECT_CHARACTERS_MAX = 8, 200
PATTERN_BYTES_MAX = 1 << 20  # of memory that RE2 may use for one pattern
PAGE = re.compile(r"[1-9][0-9]{0,6}")
TRIES_MAX = 50_000  # readings of a picture's numbers to try: about a second


@dataclass(frozen=True)
class Query:
    """Parameters. `tiles`: add its tile to each digit; `expect`: what numbers look like; `page`,
    from 1: the only page of a document that is read; `marks`: texts with their marks; `turn`:
    degrees clockwise that make a picture upright; `picture`: add a small JPEG of it."""

    tiles: bool = False
    expect: Expectation | None = None
    page: int | None = None
    marks: bool = False
    turn: Turn = "auto"
    picture: bool = False


def parse_query(request: Request, fields: Sequence[tuple[str, str]] = ()) -> Query:
    """Parse the query and the fields of a form. Raises Refused."""
    if not request.scope["query_string"] and not fields:
        return Query()
    given: dict[str, list[str]] = {}
    for name, value in [*request.query_params.multi_items(), *fields]:
        if name not in NAMES:
            raise _unknown(name, NAMES)
        given.setdefault(name, []).append(value)
    for name, values in given.items():
        if len(values) > 1 and name not in REPEATABLE:
            raise Refused(422, f"{name} is given {len(values)} times", hint=f"give {name} once")
    once = {name: values[0] for name, values in given.items()}
    return Query(
        _flag("tiles", once),
        _expectation(given.get("expect", ())),
        _page(once["page"]) if "page" in once else None,
        _flag("marks", once),
        _turn(once.get("turn", "auto")),
        _flag("picture", once),
    )


def _flag(name: str, given: Mapping[str, str]) -> bool:
    value = given.get(name, "false")
    if value not in ("true", "false"):
        raise Refused(422, f"{name} is '{value[:20]}'", hint=f"write {name}=true, or leave it out")
    return value == "true"


def _turn(turn: str) -> Turn:
    if turn not in TURNS:
        raise Refused(422, f"turn is '{turn[:20]}'", hint=f"one of {', '.join(TURNS)}")
    return cast(Turn, turn)


def _page(text: str) -> int:
    if not PAGE.fullmatch(text):
        raise Refused(422, f"page is '{text[:20]}'", hint="write page=1, or leave it out")
    return int(text)


def refuse_query(request: Request) -> None:
    """Raise Refused if there is a query, on routes without parameters."""
    if request.scope["query_string"]:
        raise _unknown(next(iter(request.query_params), ""), ())


def _unknown(name: str, known: Sequence[str]) -> Refused:
    matches = difflib.get_close_matches(name[:40], known, 1)
    hint = (
        f"did you mean {matches[0]}?" if matches else f"there is {', '.join(known) or 'none'} here"
    )
    return Refused(422, f"no parameter is called '{name[:40]}'", hint=hint)


def _expectation(texts: Sequence[str]) -> Expectation | None:
    if not texts:
        return None
    if len(texts) > EXPECT_COUNT_MAX or max(map(len, texts)) > EXPECT_CHARACTERS_MAX:
        raise Refused(
            422,
            f"expect: more than {EXPECT_COUNT_MAX}, or longer than {EXPECT_CHARACTERS_MAX} "
            "characters",
            hint="say less of what numbers look like",
        )
    try:
        expectations = [named(text, _compile_re2) for text in texts]
    except UsageError as problem:
        raise Refused(422, f"expect: {problem.message}", hint=problem.hint) from None
    return _BoundedExpectation(expectations)


class _BoundedExpectation:
    """Conjunction of expectations, for at most TRIES_MAX texts; then it raises Refused."""

    def __init__(self, expectations: Sequence[Expectation]) -> None:
        self._expectations, self._tries_left = expectations, TRIES_MAX

    def __call__(self, text: str) -> bool:
        self._tries_left -= 1
        if self._tries_left < 0:
            raise Refused(
                422,
                f"expect: of {TRIES_MAX:,} readings too few match",
                hint="expect what the numbers in the picture can be, or send fewer numbers",
            )
        return all(holds(text) for holds in self._expectations)


def _compile_re2(pattern: str) -> Match:
    """Compile with RE2, whose time is linear in the text. A hostile pattern can keep Python's `re`
    busy for years (Cox 2007, "Regular expression matching can be simple and fast")."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = PATTERN_BYTES_MAX
    try:
        compiled = re2.compile(pattern, options=options)
    except re2.error as problem:
        reason = problem.args[0] if problem.args else "it cannot be read"
        raise re.error(
            reason.decode(errors="replace") if isinstance(reason, bytes) else reason
        ) from None
    except ValueError:  # a lone surrogate
        raise re.error("it is not valid Unicode") from None
    return compiled.fullmatch
