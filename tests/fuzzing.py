"""Requests made up from the server's own description, right and wrong ones, by schemathesis."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@dataclass
class Fuzzed:
    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    @property
    def requests(self) -> int:
        return self.statuses.total()


def fuzz(url: str, *, examples: int, first_seed: int = 0) -> Fuzzed:
    """So many examples, right and wrong ones, for each operation; all faults that were found."""
    schema = schemathesis.openapi.from_url(url)
    fuzzed = Fuzzed()
    for result in schema.get_all_operations():
        operation = result.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            strategy = operation.as_strategy(generation_mode=mode)
            _fuzz_one(strategy, fuzzed, f"{operation.label} {mode.name}", examples, first_seed)
    return fuzzed


def _fuzz_one(strategy: Any, fuzzed: Fuzzed, label: str, examples: int, first_seed: int) -> None:
    @seed(first_seed)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def ask(case: Any) -> None:
        response = case.call()
        fuzzed.statuses[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    try:
        ask()
    except Unsatisfiable:  # nothing about it can be wrong
        pass
    except (Exception, FailureGroup) as problem:  # the latter is a BaseException
        fuzzed.failures.append(f"{label}: {problem}")
