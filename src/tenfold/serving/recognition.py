"""The reader behind the server: slow steps run in threads, tiles in shared batches."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from tenfold.classifier import Outputs
from tenfold.digits import SIDE, Images
from tenfold.errors import ModelError
from tenfold.reading.answers.number import Digit, Reading
from tenfold.reading.detections import Detections
from tenfold.reading.opening.opening import FindOptions
from tenfold.reading.reader import Reader
from tenfold.serving.documents import PAGES_SHARE, find_others
from tenfold.serving.gate.admission import TILES, Admission
from tenfold.serving.gate.journal import LOGGER
from tenfold.serving.gate.meters import Meters
from tenfold.serving.gate.query import Query
from tenfold.serving.gate.refusals import Refused
from tenfold.serving.picture_pools import PicturePools
from tenfold.serving.served_model import ServedModel

_log = logging.getLogger(LOGGER)


class Recognition:
    """Reads pictures and tiles for one event loop."""

    def __init__(self, reader: Reader, admission: Admission, meters: Meters) -> None:
        self._admission = admission
        self._meters = meters
        self._model_thread = ThreadPoolExecutor(1, "model")
        self._expect_thread = ThreadPoolExecutor(1, "expect")
        self._pictures = PicturePools(admission)
        self.model = self._served(reader)  # that a request is answered with which begins now
        self._replaced: ServedModel | None = None  # it may still answer requests

    def _served(self, reader: Reader) -> ServedModel:
        return ServedModel(
            reader,
            self._model_thread,
            on_batch=self._meters.batch.observe,
            on_served=partial(self._admission.add_service_time, TILES),
        )

    async def warm_up(self) -> None:
        """Start the processes, and call the model once."""
        self._pictures.start()
        await self._call_once(self.model.reader)

    async def change_to(self, reader: Reader) -> None:
        """Answer the requests that begin from now on with another model. Raises ModelError if it
        gives no valid answer; then the present one stays."""
        await self._call_once(reader)
        self._replaced, self.model = self.model, self._served(reader)

    async def _call_once(self, reader: Reader) -> None:
        """The first call of a runtime is slow, and its time says nothing about later ones."""
        blank = np.zeros((1, SIDE, SIDE), np.uint8)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._model_thread, reader.classifier.outputs, blank)

    def stuck_seconds(self) -> float:
        """Seconds that the model's present call has lasted; 0 if there is none."""
        models = [self.model] if self._replaced is None else [self.model, self._replaced]
        return max(model.batcher.busy_seconds() for model in models)

    def close(self) -> None:
        """Close at once; pictures in progress are abandoned."""
        self._pictures.close()
        self._expect_thread.shutdown(cancel_futures=True)
        self._model_thread.shutdown()

    async def outputs(
        self, model: ServedModel, images: Images, *, admitted: bool = False
    ) -> Outputs:
        """Outputs of `model` for tiles uint8 [n, 28, 28].

        Raises Refused if they would be late, unless they belong to `admitted` work, and if the
        model gives no valid answer.
        """
        try:
            async with self._admission.work(TILES, len(images), admitted=admitted):
                return await model.batcher.outputs(images)
        except ModelError as problem:
            _log.error("model", extra={"facts": {"error": problem.message}})
            raise Refused(
                503, "the model gives no valid answer", hint="the server's log names the fault"
            ) from problem

    async def tiles(self, model: ServedModel, images: Images) -> list[Digit]:
        """Digits of tiles uint8 [n, 28, 28]. Raises Refused."""
        digits = model.reader.answer_tiles(images, await self.outputs(model, images))
        self._count(digits)
        return digits

    async def pages(
        self, model: ServedModel, content: bytes, name: str, query: Query
    ) -> list[Reading]:
        """Read an encoded picture, or a document called `name` in the answers: one reading for each
        page, or for the page of the query alone.

        Of several pages, those that cannot be read, or not in time, have an error in their reading.
        Raises DataError, Refused.
        """
        limits = self._admission.limits
        end_seconds = asyncio.get_running_loop().time() + PAGES_SHARE * limits.answer_seconds
        options: FindOptions = {"turn": query.turn, "preview": query.picture}
        found = [await self._pictures.find(content, name, query.page, options)]
        count = found[0].pages
        if query.page is None and count > 1:

            async def find(number: int) -> Detections:
                return await self._pictures.find_page(content, name, number, count, options)

            found += await find_others(find, name, count, end_seconds)
        return [await self._answer(model, page, query) for page in found]

    async def _answer(self, model: ServedModel, found: Detections, query: Query) -> Reading:
        """The reading of what was found. Raises Refused."""
        outputs = await self.outputs(model, found.tiles, admitted=True)
        if query.expect is None:
            reading = model.reader.answer(found, outputs, marks=query.marks)
        else:  # not in the event loop: it may take a second
            answer = partial(
                model.reader.answer, found, outputs, expect=query.expect, marks=query.marks
            )
            loop = asyncio.get_running_loop()
            reading = await loop.run_in_executor(self._expect_thread, answer)
        self._count(reading.digits)
        return reading

    def _count(self, digits: Sequence[Digit]) -> None:
        for digit in digits:
            self._meters.count_tile(digit.reason or "digit")
