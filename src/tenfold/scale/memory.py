"""How many workers a bound on memory leaves room for, and what each of them may take.

Measured on 40,000 rows (x86-64, Linux): a worker with onnxruntime takes 87 MB for CSV and arrays,
with openvino 114, and more where it reads Parquet (115), writes it (80), or reads whole pictures
(the file of each one). The process that cuts takes 79 to 173.
"""

from __future__ import annotations

from tenfold.errors import DataError, UsageError
from tenfold.scale.manifest import Manifest

MEMORY_MB = 1000  # of all processes of a job
PARENT_MB = 180
WORKER_MB, WORKER_OPENVINO_MB = 90, 120
PYARROW_MB, PYARROW_OUT_MB = 115, 80  # pyarrow, and pages of 785 columns
PICTURE_MB = 40  # a photo of a telephone, three times
UNPACKING_MB = 70  # of what xz -9 has packed


def workers_within(manifest: Manifest, workers: int, memory_mb: int) -> tuple[int, int]:
    """How many of so many workers have room, and the MB that each may take.

    Raises UsageError where not even one has.
    """
    need = worker_mb(manifest)
    room = memory_mb - PARENT_MB
    if room < need:
        raise UsageError(
            f"--memory {memory_mb}: is too little for this job",
            hint=f"one worker takes {PARENT_MB + need} MB: --memory {PARENT_MB + need}",
        )
    fit = min(workers, room // need)
    return fit, room // fit


def worker_mb(manifest: Manifest) -> int:
    """The MB that a worker takes; the processes that open pictures are not counted."""
    forms = {file.form for file in manifest.inputs}
    more = PYARROW_OUT_MB * (manifest.settings.format == "parquet")
    if "parquet" in forms:
        more = PYARROW_MB
    if any(form.startswith(("packed", "zip")) for form in forms):
        more = max(more, UNPACKING_MB)
    more += PICTURE_MB * manifest.settings.pictures
    return (WORKER_OPENVINO_MB if manifest.engine == "openvino" else WORKER_MB) + more


def refuse_more(taken_mb: float, share_mb: int) -> None:
    """Raise DataError where a worker takes more than its share."""
    if taken_mb > share_mb:
        raise DataError(
            f"a worker takes {taken_mb:,.0f} MB of memory, more than its share of --memory, "
            f"{share_mb:,} MB",
            hint="what is done stays: run the same command again with fewer --workers, or more "
            "--memory",
        )
