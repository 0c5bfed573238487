"""ASGI application of the server: its routes and their handlers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Collection

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from tenfold.digits import Images
from tenfold.reading.reader import Reader
from tenfold.serving import inference
from tenfold.serving.answers import digits_json, readings_json
from tenfold.serving.corrections import Corrections
from tenfold.serving.description import describe
from tenfold.serving.docs_page import docs_page
from tenfold.serving.gate import bodies, forms
from tenfold.serving.gate.admission import CORRECTION, TILES, Admission, picture_kind
from tenfold.serving.gate.envelope import Envelope, JSONResponse
from tenfold.serving.gate.guards import Guards
from tenfold.serving.gate.limits import Limits
from tenfold.serving.gate.meters import CONTENT_TYPE, Meters
from tenfold.serving.gate.query import Query, parse_query, refuse_query
from tenfold.serving.gate.refusals import Refused
from tenfold.serving.model_change import ModelChange
from tenfold.serving.recognition import Recognition
from tenfold.serving.routes import (
    MODEL,
    VERSION,
    Endpoint,
    Handler,
    named,
    of_this_version,
    refuse_other_version,
    route_of,
)
from tenfold.serving.served_model import ServedModel
from tenfold.serving.static_files import StaticFile, page_files
from tenfold.serving.status import Status

_tiles = msgspec.json.Decoder(bodies.Tiles)
_correction = msgspec.json.Decoder(bodies.Correction)


def create_app(
    reader: Reader,
    limits: Limits | None = None,
    *,
    hosts: Collection[str] | None = None,
    origins: Collection[str] = (),
    token: str | None = None,
    corrections: Corrections | None = None,
    reload: Callable[[], Reader] | None = None,
) -> Envelope:
    """Make an ASGI application for any ASGI server; `tenfold serve` adds limits on connections.

    `hosts`: host names that requests may use; None allows any.
    `origins`: further origins whose pages may send requests.
    `token`: bearer token that a request must carry.
    `corrections`: where corrections are stored; without it there is no such route.
    `reload`: loads the model anew, for `Envelope.change_model`; without it the model stays.
    Raises UsageError for an invalid origin.
    """
    service = Service(reader, limits or Limits(), corrections, needs_token=token is not None)
    routes = service.routes()
    paths = frozenset(route.path for route in routes)
    load = reload or (lambda: reader)
    return Envelope(
        Router(routes, redirect_slashes=False, lifespan=service.lifespan),
        Guards(hosts=hosts, origins=origins, token=token),
        service.meters,
        service.admission,
        route_of=lambda path: route_of(path, paths),
        alive=service.status.alive,
        change_model=ModelChange(load, service.recognition, service.meters),
    )


class Service:
    """Handlers and state of one application."""

    def __init__(
        self, reader: Reader, limits: Limits, corrections: Corrections | None, *, needs_token: bool
    ) -> None:
        self.limits = limits
        self.corrections = corrections
        self.meters = Meters(reader.classifier.model.version)
        self.admission = Admission(limits, on_change=self.meters.requests_in_progress.set)
        self.recognition = Recognition(reader, self.admission, self.meters)
        self.status = Status(
            self._present,
            keeps_corrections=corrections is not None,
            needs_token=needs_token,
            stuck_seconds=self.recognition.stuck_seconds,
        )

    def inference_routes(self) -> dict[str, Handler]:
        """Routes that run the model, by path; all are POST."""
        return {
            "/predict": self.predict,
            f"{MODEL}/infer": self.infer,
            f"{VERSION}/infer": self.infer,
        }

    def routes(self) -> list[Route]:
        """Make all routes: the model's, status, description and the files of the page."""
        description = describe(
            self.limits, keeps=self.corrections is not None, needs_token=self.status.needs_token
        )
        files = {
            **page_files(),
            "/openapi.json": StaticFile(msgspec.json.encode(description), "application/json"),
            "/docs": StaticFile(docs_page(description).encode(), "text/html; charset=utf-8"),
        }
        post = self.inference_routes() | (
            {} if self.corrections is None else {"/corrections": self.correct}
        )
        get: dict[str, Handler] = {
            "/v2/health/live": self.status.live,
            "/v2/health/ready": self.status.is_ready,
            f"{MODEL}/ready": self.status.is_ready,
            f"{VERSION}/ready": of_this_version(self.status.is_ready, self._present),
            "/v2": self.status.server_metadata,
            MODEL: self.status.model_metadata,
            VERSION: of_this_version(self.status.model_metadata, self._present),
            "/settings": self.status.settings,
            "/metrics": self.metrics,
            **{path: file.answer for path, file in files.items()},
        }
        return [
            Route(path, Endpoint(handler), methods=[method])
            for method, handlers in (("POST", post), ("GET", get))
            for path, handler in handlers.items()
        ]

    @contextlib.asynccontextmanager
    async def lifespan(self, _: object) -> AsyncIterator[None]:
        await self.recognition.warm_up()
        self.status.ready = True
        yield
        self.status.ready = False
        self.recognition.close()

    async def predict(self, request: Request) -> Response:
        """Read a picture or tiles. The JSON is that of `tenfold read --json`."""
        kind = bodies.content_type(request)
        query = parse_query(request)
        if kind == bodies.JSON:
            return await self._predict_tiles(request, query)
        if kind == bodies.FORM or kind.startswith(bodies.PICTURE):
            return await self._predict_picture(request, query, kind)
        raise bodies.unsupported_type(kind)

    async def _predict_tiles(self, request: Request, query: Query) -> Response:
        for name in ("expect", "page"):
            if getattr(query, name) is not None:
                hint = "a tile is one digit: leave it out"
                raise Refused(422, f"{name} is for pictures", hint=hint)
        self._refuse_early(TILES, 1)
        async with (
            self._body(request, self.limits.json_bytes_max) as body,
            self.admission.request(),
        ):
            images = await bodies.parse_body(self._tiles, body, self.admission)
            model = self.recognition.model
            digits = await self.recognition.tiles(model, images)
        return JSONResponse(digits_json(digits, tiles=query.tiles), headers=named(model))

    async def _predict_picture(self, request: Request, query: Query, kind: str) -> Response:
        """Read a picture or a document that is the body itself, or the one file of a form."""
        size = bodies.content_length(request)
        queue, share = picture_kind(size)
        self._refuse_early(queue, size, share)
        async with (
            self._body(request, self.limits.body_bytes_max, share) as body,
            self.admission.request(share),
        ):
            content, name = body, "picture"
            if kind == bodies.FORM:
                content, name, fields = await forms.file_in_form(request, body)
                query = parse_query(request, fields)
            model = self.recognition.model
            readings = await self.recognition.pages(model, content, name, query)
        return JSONResponse(readings_json(readings, tiles=query.tiles), headers=named(model))

    async def infer(self, request: Request) -> Response:
        """Classify tiles by the Open Inference Protocol."""
        refuse_query(request)
        self._refuse_early(TILES, 1)
        header_length = request.headers.get(inference.HEADER_LENGTH)
        async with (
            self._body(request, self.limits.json_bytes_max) as body,
            self.admission.request(),
        ):
            options, images = await bodies.parse_body(
                lambda content: inference.read_request(
                    content, header_length, self.limits.tiles_max
                ),
                body,
                self.admission,
            )
            model = self.recognition.model
            refuse_other_version(request, model)
            outputs = await self.recognition.outputs(model, images)
        content, json_length = inference.encode_response(options, outputs, model.version)
        if json_length is None:
            return Response(content, media_type=bodies.JSON, headers=named(model))
        headers = named(model) | {inference.HEADER_LENGTH: str(json_length)}
        return Response(content, media_type="application/octet-stream", headers=headers)

    async def correct(self, request: Request) -> Response:
        """Store a tile under the digit that it shows."""
        refuse_query(request)
        assert self.corrections is not None
        self._refuse_early(CORRECTION, 1)
        async with (
            self._body(request, bodies.CORRECTION_BYTES_MAX) as body,
            self.admission.request(),
        ):
            correction = bodies.decode(_correction, body)
            tile = bodies.tiles_of_rows([correction.tile])[0]
            async with self.admission.work(CORRECTION, 1):
                kept = await asyncio.to_thread(self.corrections.keep, tile, correction.label)
        return JSONResponse({"label": correction.label, "kept": kept}, 201)

    async def metrics(self, request: Request) -> Response:
        return Response(self.meters.text(), media_type=CONTENT_TYPE)

    def _present(self) -> ServedModel:
        return self.recognition.model

    def _refuse_early(self, kind: str, size: int, share: float = 1.0) -> None:
        """Refuse a request before its body is read in vain. Raises Refused."""
        self.admission.refuse_if_full(share)
        self.admission.refuse_if_late(kind, size)

    def _body(
        self, request: Request, size_bytes_max: int, share: float = 1.0
    ) -> contextlib.AbstractAsyncContextManager[bytes]:
        return bodies.read_body(request, self.admission, size_bytes_max, share)

    def _tiles(self, body: bytes) -> Images:
        """Tiles uint8 [n, 28, 28] of a JSON body. Raises Refused."""
        tiles = bodies.decode(_tiles, body).images
        bodies.refuse_too_many_tiles(len(tiles), self.limits.tiles_max)
        return bodies.tiles_of_rows(tiles)
