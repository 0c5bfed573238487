"""What the server says about itself: health, metadata of server and model, settings of the page."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from tenfold import __version__
from tenfold.serving import inference
from tenfold.serving.gate.envelope import JSONResponse
from tenfold.serving.gate.refusals import busy
from tenfold.serving.served_model import ServedModel

STUCK_SECONDS = 20.0  # that one call of the model may last; it usually takes milliseconds


class Status:
    """Handlers of the routes that run no model. `model` gives the present one; `stuck_seconds` says
    how long its present call has lasted; `ready` is set while the application runs."""

    def __init__(
        self,
        model: Callable[[], ServedModel],
        *,
        keeps_corrections: bool,
        needs_token: bool,
        stuck_seconds: Callable[[], float],
    ) -> None:
        self._model = model
        self.keeps_corrections = keeps_corrections
        self.needs_token = needs_token
        self.ready = False
        self._stuck_seconds = stuck_seconds

    def alive(self) -> bool:
        return self._stuck_seconds() < STUCK_SECONDS

    async def live(self, request: Request) -> Response:
        if not self.alive():
            raise busy("the model does not answer any more")
        return JSONResponse({"live": True})

    async def is_ready(self, request: Request) -> Response:
        if not self.ready or not self.alive():
            raise busy("the model is not ready")
        return JSONResponse({"ready": True, "name": inference.NAME})

    async def server_metadata(self, request: Request) -> Response:
        return JSONResponse(
            {"name": "tenfold", "version": __version__, "extensions": inference.EXTENSIONS}
        )

    async def model_metadata(self, request: Request) -> Response:
        model = self._model()
        return JSONResponse(inference.metadata(model.version, model.reader.reject))

    async def settings(self, request: Request) -> Response:
        """Settings that the page needs."""
        model = self._model()
        return JSONResponse(
            {
                "version": __version__,
                "model_version": model.version,
                "reject_threshold": model.reader.reject,
                "keeps_corrections": self.keeps_corrections,
                "needs_token": self.needs_token,
            }
        )
