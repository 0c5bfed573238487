"""The plan of a job: its inputs cut into shards, while the first ones are worked on already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

from tenfold import __version__
from tenfold.environment import cpu_has_fast_bf16
from tenfold.files import sha256_of
from tenfold.scale.inputs import InputFile, form_of
from tenfold.scale.inputs.input_file import changed
from tenfold.scale.manifest import Manifest
from tenfold.scale.shard import Shard

# A shard of 10,000 rows is a tenth of a second of a core, of 150,000 a few; and a job of a thousand
# million rows has 7,000 parts, not a million.
SHARD_ROWS_MIN, SHARD_ROWS_MAX = 10_000, 150_000
SHARDS = 256  # about, between these


# A picture is a tenth of a second of a core, or a few.
SHARD_PICTURES_MIN, SHARD_PICTURES_MAX = 25, 500

PICTURE_PACKAGES = ("onnxruntime", "pillow", "opencv-python-headless", "pypdfium2")


def shard_rows(rows_about: int, *, pictures: bool = False) -> int:
    """The rows of a shard, about, in a job of about so many rows; or the pictures."""
    least, most = SHARD_ROWS_MIN, SHARD_ROWS_MAX
    if pictures:
        least, most = SHARD_PICTURES_MIN, SHARD_PICTURES_MAX
    return min(most, max(least, rows_about // SHARDS))


def cut_inputs(manifest: Manifest, folder: Path) -> Iterator[Shard]:
    """Yield the shards of a manifest that is not planned yet, while the inputs are read; at the end
    the manifest in the folder is complete. Raises DataError, OutputError."""
    shards: list[Shard] = []
    inputs: list[InputFile] = []
    for place, file in enumerate(manifest.inputs):
        sha256 = yield from _cut_input(file, place, manifest.settings.rows, shards)
        file.refuse_changed()
        inputs.append(replace(file, sha256=sha256))
    planned = replace(manifest, inputs=tuple(inputs), planned=True, shards=tuple(shards))
    planned.write(folder)


def _cut_input(file: InputFile, place: int, rows: int, shards: list[Shard]) -> Any:
    cuts = form_of(file).cuts(file, rows)
    while True:
        try:
            shard = Shard(len(shards), place, next(cuts))
        except StopIteration as ended:
            return ended.value
        shards.append(shard)
        yield shard


def unchanged(inputs: Sequence[InputFile], *, verify: bool) -> tuple[InputFile, ...]:
    """The inputs of an earlier call as they are now.

    A file of another time is read again, and with `verify` each one is. Raises DataError for one
    with other content.
    """
    return tuple(_unchanged(file, verify) for file in inputs)


def _unchanged(file: InputFile, verify: bool) -> InputFile:
    if "listing" in file.layout:  # a folder, whose files were compared with the manifest's
        return file
    now = InputFile.at(file.name, file.form, file.member)
    same_time = now.modified_ns == file.modified_ns
    if now.size_bytes != file.size_bytes:
        raise changed(file.name)
    if file.sha256 and (verify or not same_time) and sha256_of(Path(file.name)) != file.sha256:
        raise changed(file.name)
    if not file.sha256 and not same_time:  # it was not read to its end
        raise changed(file.name)
    return replace(file, modified_ns=now.modified_ns)


def versions_of(engine: str, part_format: str, *, pictures: bool = False) -> dict[str, str]:
    """Versions of what can change a byte of the output."""
    names = ["numpy", engine, *(["pyarrow"] if part_format == "parquet" else [])]
    names += PICTURE_PACKAGES if pictures else []
    versions = {"tenfold": __version__}  # which is sent to the nodes of a cluster
    for name in names:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "?"
    if engine == "openvino":
        versions["precision"] = "bf16" if cpu_has_fast_bf16() else "f32"
    return versions
