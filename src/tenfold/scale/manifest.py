"""manifest.json: what a job is, so that running it again continues the same job or is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from tenfold.errors import OutputError
from tenfold.files import write_whole
from tenfold.files.json_object import JsonObject
from tenfold.scale.inputs import InputFile
from tenfold.scale.settings import Settings
from tenfold.scale.shard import Shard

NAME = "manifest.json"
FORMAT_VERSION = 1
HINT = "choose another place for the output, or begin again with --force"


@dataclass(frozen=True, kw_only=True)
class Manifest(JsonObject):
    """A job: its model by hash, its engine, what computes it, its settings, inputs and shards.

    `planned` is True once every input has been read and cut; before, `shards` is empty.
    """

    format_version: int = FORMAT_VERSION
    model: str = ""  # as it was typed
    model_sha256: str = ""
    engine: str = ""
    versions: Any = None  # of what can change a byte of the output
    settings: Settings = field(default_factory=Settings)
    columns: tuple[str, ...] = ()
    inputs: tuple[InputFile, ...] = ()
    planned: bool = False
    shards: tuple[Shard, ...] = ()

    def to_json(self) -> dict[str, Any]:
        rest = JsonObject.to_json(replace(self, shards=()))
        return rest | {"shards": [shard.to_json() for shard in self.shards]}

    @classmethod
    def from_json(cls, saved: Any) -> Manifest:
        shards = enumerate(saved.get("shards", ()))
        return cls._read(
            {key: value for key, value in saved.items() if key != "shards"},
            settings=Settings.from_json(saved["settings"]),
            columns=tuple(saved["columns"]),
            inputs=tuple(InputFile.from_json(file) for file in saved["inputs"]),
            shards=tuple(Shard.from_json(number, listed) for number, listed in shards),
        )

    @property
    def size_bytes(self) -> int:
        """Bytes of all inputs."""
        return sum(file.size_bytes for file in self.inputs)

    def part(self, folder: Path, shard: Shard) -> Path:
        return folder / "parts" / f"{shard.name}.{self.settings.format}"

    def write(self, folder: Path) -> None:
        """Write it, a line for each shard. Raises OutputError."""
        saved = self.to_json()
        lines = ",\n".join(f"    {json.dumps(shard)}" for shard in saved.pop("shards"))
        text = json.dumps(saved | {"shards": []}, indent=2, ensure_ascii=False)
        shards = f"[\n{lines}\n  ]" if lines else "[]"
        write_whole(folder / NAME, text.removesuffix("[]\n}") + shards + "\n}\n")


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a folder; None where there is none. Raises OutputError for a damaged one."""
    try:
        saved = json.loads((folder / NAME).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as problem:
        raise OutputError(f"{folder / NAME}: cannot be read: {problem}", hint=HINT) from problem
    version = saved.get("format_version") if isinstance(saved, dict) else None
    if version != FORMAT_VERSION:
        raise OutputError(
            f"{folder}: is of another version of tenfold (manifest {version})", hint=HINT
        )
    try:
        return Manifest.from_json(saved)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise OutputError(f"{folder / NAME}: is damaged: {problem!r}", hint=HINT) from problem


def refuse_other_job(old: Manifest, new: Manifest, folder: Path) -> None:
    """Raise OutputError where `old`, which the folder holds, is another job than `new`."""
    if difference := next(_differences(old, new), ""):
        raise OutputError(f"{folder}: holds another job: {difference}", hint=HINT)


def _differences(old: Manifest, new: Manifest) -> Iterator[str]:
    if old.model_sha256 != new.model_sha256:
        then, now = old.model_sha256[:12], new.model_sha256[:12]
        yield f"it was begun with the model {then}, this is {now}"
    if old.engine != new.engine:
        yield f"it was begun with the engine {old.engine}, this is {new.engine}"
    for name in sorted({*old.versions, *new.versions}):
        if old.versions.get(name) != new.versions.get(name):
            then, now = old.versions.get(name), new.versions.get(name)
            yield f"it was begun with {name} {then}, this is {now}"
    for name in (entry.name for entry in fields(Settings) if entry.name != "as_read"):
        then, now = getattr(old.settings, name), getattr(new.settings, name)
        if then != now:
            yield f"it was begun with {name}={then}, this has {now}"
    yield from _other_inputs(old.inputs, new.inputs)


def _other_inputs(old: Sequence[InputFile], new: Sequence[InputFile]) -> Iterator[str]:
    then, now = [file.shown for file in old], [file.shown for file in new]
    if then != now:
        first = next((name for name in [*then, *now] if (name in then) != (name in now)), "")
        yield f"its inputs are others, such as {first}" if first else "its inputs come otherwise"
    for before, after in zip(old, new, strict=False):
        if before.layout.get("listing") != after.layout.get("listing"):
            yield f"the files in {after.name} were changed after it began"
