"""The folder of a job's output: what an earlier call left there, and what of it is whole."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from tenfold.errors import OutputError
from tenfold.files import os_errors_as_output_error, refuse_existing, sha256_of
from tenfold.scale import journal, manifest, spool
from tenfold.scale.manifest import Manifest, read_manifest
from tenfold.scale.shard import Receipt, Shard

PARTS, REJECTS = "parts", "rejects"
OURS = frozenset((manifest.NAME, journal.NAME, spool.NAME, PARTS, REJECTS))


def open_folder(folder: Path, *, force: bool) -> Manifest | None:
    """The manifest that an earlier call left in the folder; None where the job is new.

    With `force`, what that call left is removed. Raises OutputError for a folder of anything else.
    """
    if not os.path.lexists(folder):
        return None
    found = read_manifest(folder) if folder.is_dir() and not force else None
    if found is not None:
        return found
    if folder.is_dir() and not any(map(_is_foreign, folder.iterdir())):
        return None
    if not force:
        raise OutputError(
            f"{folder}: exists, and holds no output of tenfold score",
            hint="choose another place for the output",
        )
    refuse_existing(folder, force=True, ours=OURS)
    with os_errors_as_output_error(folder):
        shutil.rmtree(folder)
    return None


def _is_foreign(path: Path) -> bool:
    """Whether it is no copy of standard input, of a job that has not got further."""
    return path.name != spool.NAME and not path.name.startswith(f".{spool.NAME}.")


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Make the folder, keep other processes out of it where that can be done, and remove what
    a crash left half-written. Raises OutputError."""
    with os_errors_as_output_error(folder):
        for path in (folder, folder / PARTS):
            path.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        _remove_unfinished(folder)
        try:
            yield
        finally:
            _remove_unfinished(folder)  # of workers that were killed


def _remove_unfinished(folder: Path) -> None:
    """Remove what was staged and never renamed."""
    with os_errors_as_output_error(folder):
        for path in (folder, folder / PARTS, folder / REJECTS):
            for aside in path.glob(".*.*") if path.is_dir() else ():
                aside.unlink(missing_ok=True)


def _locked(folder: Path) -> contextlib.AbstractContextManager[None]:
    """A lock, where filelock is installed, which comes with other extras. Without it, two calls at
    once do the same work twice, to the same bytes."""
    if find_spec("filelock") is None:
        return contextlib.nullcontext()
    from tenfold.files.locks import locked

    return locked(folder)


def whole_parts(
    folder: Path, job: Manifest, receipts: dict[int, Receipt], *, verify: bool
) -> dict[int, Receipt]:
    """The receipts whose part is there, and its rejects; with `verify`, by their hashes."""
    return {
        number: receipt
        for number, receipt in receipts.items()
        if _is_whole(folder, job, receipt, verify)
    }


def _is_whole(folder: Path, job: Manifest, receipt: Receipt, verify: bool) -> bool:
    name = Shard.name_of(receipt.shard)
    part = folder / PARTS / f"{name}.{job.settings.format}"
    rejects = folder / REJECTS / f"{name}.csv"
    try:
        if part.stat().st_size != receipt.size_bytes:
            return False
        if verify and sha256_of(part) != receipt.sha256:
            return False
        if not receipt.rejects_sha256:
            return True
        return rejects.is_file() and (not verify or sha256_of(rejects) == receipt.rejects_sha256)
    except OSError:
        return False
