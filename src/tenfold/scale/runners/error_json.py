"""Errors that cross a process as JSON, with the faults of a file."""

from __future__ import annotations

from typing import Any

from tenfold import errors
from tenfold.errors import DataError, Fault, ModelError, TenfoldError

FAULTS_MAX = 20


def error_to_json(problem: Exception) -> dict[str, Any]:
    """A worker's error as JSON, for the process that gave it the work."""
    if not isinstance(problem, TenfoldError):
        return {"fault": f"{type(problem).__name__}: {problem}"}
    answer: dict[str, Any] = {
        "error": type(problem).__name__,
        "message": problem.message,
        "hint": problem.hint,
    }
    if isinstance(problem, DataError) and problem.faults:
        shown = [[fault.place, fault.problem] for fault in problem.faults[:FAULTS_MAX]]
        answer |= {"faults": shown, "fault_count": problem.fault_count}
    return answer


def error_from_json(answer: dict[str, Any]) -> Exception:
    """The error that a worker sent as JSON."""
    if "fault" in answer:
        return RuntimeError(f"in a worker: {answer['fault']}")
    if faults := answer.get("faults"):
        listed = [Fault(*fault) for fault in faults]
        return DataError(listed, hint=answer["hint"], fault_count=answer["fault_count"])
    kind = getattr(errors, answer["error"], ModelError)
    problem: TenfoldError = kind.__new__(kind)  # MissingExtraError makes its own message
    TenfoldError.__init__(problem, answer["message"], hint=answer["hint"])
    if isinstance(problem, DataError):
        problem.faults, problem.fault_count = (), 0
    return problem
