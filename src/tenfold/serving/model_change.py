"""Change of the model without a restart: load, verify, warm up, then swap."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from tenfold.errors import TenfoldError
from tenfold.reading.reader import Reader
from tenfold.serving.gate.journal import LOGGER
from tenfold.serving.gate.meters import Meters
from tenfold.serving.recognition import Recognition

_log = logging.getLogger(LOGGER)


class ModelChange:
    """Loads the model anew when called, one change after the other.

    `load` opens and verifies the model, in a thread of its own. While it works, and where it fails,
    the present model answers. Requests that have begun are finished by the model that they began
    with.
    """

    def __init__(
        self, load: Callable[[], Reader], recognition: Recognition, meters: Meters
    ) -> None:
        self._load = load
        self._recognition = recognition
        self._meters = meters
        self._one_at_a_time = asyncio.Lock()

    async def __call__(self) -> None:
        """Change the model; the log and the metrics say what came of it."""
        async with self._one_at_a_time:
            before = self._recognition.model.version
            try:
                reader = await asyncio.to_thread(self._load)
                await self._recognition.change_to(reader)
            except TenfoldError as problem:
                self._refused(before, error=problem.message)
            except Exception:
                self._refused(before, error="a fault in tenfold", exc_info=True)
            else:
                after = self._recognition.model.version
                self._meters.count_model_change("changed", after)
                _log.info("model changed", extra={"facts": {"before": before, "after": after}})

    def _refused(self, version: str, *, error: str, exc_info: bool = False) -> None:
        self._meters.count_model_change("refused", version)
        facts = {"model": version, "error": error}
        _log.error("model not changed", exc_info=exc_info, extra={"facts": facts})
