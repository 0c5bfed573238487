"""The work on whole pictures and documents: each one to the reader, each number to a row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tenfold.classifier import Classifier
from tenfold.errors import DataError
from tenfold.framing.picture import FILE_BYTES_MAX
from tenfold.isolation import Bounds
from tenfold.isolation.messages import Message
from tenfold.reading.detections import failed_detections
from tenfold.reading.opening.isolated import CostlyPicture, IsolatedFind
from tenfold.reading.reader import Reader
from tenfold.scale.inputs import BadRow
from tenfold.scale.inputs.picture_contents import contents_of, shown_name
from tenfold.scale.manifest import Manifest
from tenfold.scale.outputs import Numbers, Rejects
from tenfold.scale.shard import Shard
from tenfold.scale.work import Advance, refuse_other_count

# Wider than those of `tenfold read`: whether a picture is within them may not depend on what else
# the machine does, since the answer may not.
BOUNDS = Bounds(processor_seconds=20.0, clock=20.0)


class PatientFind(IsolatedFind):
    """Tries a costly picture twice: the system may have killed its process for want of memory."""

    def _call(self, *request: Any) -> Message:
        try:
            return super()._call(*request)
        except CostlyPicture:
            return super()._call(*request)


class PictureWork:
    """Reads the pictures of shards, in a process that is killed when one costs too much."""

    def __init__(self, classifier: Classifier) -> None:
        # one process and one picture at a time: other workers have their own
        self._reader = Reader(classifier, find=PatientFind(1, BOUNDS))

    def answers(
        self, manifest: Manifest, shard: Shard, rejects: Rejects, advance: Advance
    ) -> Iterator[Numbers]:
        """Yield the numbers of each page of each picture; see `Work`. Raises MissingExtraError."""
        file, cut = manifest.inputs[shard.input], shard.cut
        pictures = 0
        for name, content in contents_of(file, cut):
            for page in self._pages(content, shown_name(file, name)):
                if isinstance(page, BadRow):
                    rejects.add([page])
                else:
                    yield page
                advance(1, 0)
            pictures += 1
            advance(0, cut.size_bytes // (cut.stop - cut.start))
        refuse_other_count(file, shard, pictures)

    def _pages(self, content: bytes, shown: str) -> Iterator[Numbers | BadRow]:
        """The numbers of each page of a picture, or why it cannot be read."""
        if len(content) > FILE_BYTES_MAX:
            yield BadRow("", f"larger than {FILE_BYTES_MAX // 1_000_000} MB", shown)
            return
        try:
            for reading in self._reader.pages(content, file=shown):
                if reading.error is None:
                    yield Numbers.of(reading)
                else:
                    yield BadRow(str(reading.page), reading.error, shown)
        except DataError as problem:
            yield BadRow("", str(failed_detections(problem, shown).error), shown)
