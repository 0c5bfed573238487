"""The ASGI application: routes, and what each of them answers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from tenfold import __version__
from tenfold.digits import Images
from tenfold.reading.reader import Reader
from tenfold.serving import inference
from tenfold.serving.corrections import Corrections
from tenfold.serving.description import describe
from tenfold.serving.docs_page import docs_page
from tenfold.serving.gate import bodies, forms
from tenfold.serving.gate.admission import CORRECTION, PICTURE, PICTURES_SHARE, TILES, Admission
from tenfold.serving.gate.envelope import Envelope, JSONAnswer
from tenfold.serving.gate.guards import Guards
from tenfold.serving.gate.limits import Limits
from tenfold.serving.gate.meters import CONTENT_TYPE, Meters
from tenfold.serving.gate.query import query_of, refuse_query
from tenfold.serving.gate.refusals import Refused, busy
from tenfold.serving.recognition import Recognition, digits_json, reading_json
from tenfold.serving.static_files import StaticFile, page_files

_tiles = msgspec.json.Decoder(bodies.Tiles)
_correction = msgspec.json.Decoder(bodies.Correction)

STUCK_SECONDS = 20.0  # in one call of the model, which takes milliseconds
MODEL = f"/v2/models/{inference.NAME}"

Handler = Callable[[Request], Awaitable[Response]]


def create_app(
    reader: Reader,
    limits: Limits | None = None,
    *,
    hosts: Collection[str] | None = None,
    origins: Collection[str] = (),
    token: str | None = None,
    keep: Corrections | None = None,
) -> Envelope:
    """An ASGI application that any ASGI server runs; `tenfold serve` adds limits on connections.

    `hosts`: the names that it may be called by, None for any. `origins`: of pages that may ask,
    besides its own. `token`: what a request must bear. `keep`: where corrections go; without it
    there is no such route. Raises UsageError for an origin that is none.
    """
    service = Service(reader, limits or Limits(), keep, needs_token=token is not None)
    routes = service.routes()
    return Envelope(
        Router(routes, redirect_slashes=False, lifespan=service.lifespan),
        Guards(hosts=hosts, origins=origins, token=token),
        service.meters,
        service.admission,
        routes=frozenset(route.path for route in routes),
        alive=service.alive,
    )


class Service:
    """The handlers of one application."""

    def __init__(
        self, reader: Reader, limits: Limits, keep: Corrections | None, *, needs_token: bool
    ) -> None:
        self.limits = limits
        self.keep = keep
        self.needs_token = needs_token
        self.version = reader.classifier.model.version
        self.reject_threshold = reader.reject
        self.meters = Meters(self.version)
        self.admission = Admission(limits, on_change=self.meters.under_way.set)
        self.recognition = Recognition(reader, self.admission, self.meters)
        self.ready = False

    def work(self) -> dict[str, Handler]:
        """What takes a place: by path, all POST."""
        return {
            "/predict": self.predict,
            f"{MODEL}/infer": self.infer,
            f"{MODEL}/versions/{self.version}/infer": self.infer,
        }

    def routes(self) -> list[Route]:
        described = describe(self.limits, keeps=self.keep is not None, needs_token=self.needs_token)
        version = f"{MODEL}/versions/{self.version}"
        files = {
            **page_files(),
            "/openapi.json": StaticFile(msgspec.json.encode(described), "application/json"),
            "/docs": StaticFile(docs_page(described).encode(), "text/html; charset=utf-8"),
        }
        post = self.work() | ({} if self.keep is None else {"/corrections": self.correct})
        get: dict[str, Handler] = {
            "/v2/health/live": self.live,
            "/v2/health/ready": self.is_ready,
            f"{MODEL}/ready": self.is_ready,
            f"{version}/ready": self.is_ready,
            "/v2": self.server_metadata,
            MODEL: self.model_metadata,
            version: self.model_metadata,
            "/settings": self.settings,
            "/metrics": self.metrics,
            **{path: file.answer for path, file in files.items()},
        }
        return [Route(path, _Answering(one), methods=["POST"]) for path, one in post.items()] + [
            Route(path, _Answering(one), methods=["GET"]) for path, one in get.items()
        ]

    @contextlib.asynccontextmanager
    async def lifespan(self, _: object) -> AsyncIterator[None]:
        await self.recognition.warm_up()
        self.ready = True
        yield
        self.ready = False
        self.recognition.close()

    async def predict(self, request: Request) -> Response:
        """A picture, by itself or in a form, or tiles; answered as `tenfold read --json` does."""
        kind = bodies.content_type(request)
        asked = query_of(request)
        if kind == bodies.JSON:
            if asked.expect is not None:
                raise Refused(
                    422, "expect is for pictures", hint="a tile is one digit: leave it out"
                )
            self._refuse_early(TILES, 1)
            async with (
                self._body(request, self.limits.json_bytes_max) as body,
                self.admission.request(),
            ):
                images = await bodies.parsed(self._tiles, body, self.admission)
                digits = await self.recognition.tiles(images)
            return JSONAnswer(digits_json(digits, tiles=asked.tiles))
        if kind != bodies.FORM and not kind.startswith(bodies.PICTURE):
            raise bodies.other_type(kind)
        self._refuse_early(PICTURE, bodies.announced_bytes(request), PICTURES_SHARE)
        async with (
            self._body(request, self.limits.body_bytes_max, PICTURES_SHARE) as body,
            self.admission.request(PICTURES_SHARE),
        ):
            content, name = body, "picture"
            if kind == bodies.FORM:
                content, name, fields = await forms.file_in_form(request, body)
                asked = query_of(request, fields)
            reading = await self.recognition.picture(content, name, asked.expect)
        return JSONAnswer(reading_json(reading, tiles=asked.tiles))

    async def infer(self, request: Request) -> Response:
        """Tiles by the Open Inference Protocol."""
        refuse_query(request)
        self._refuse_early(TILES, 1)
        header_length = request.headers.get(inference.HEADER_LENGTH)
        async with (
            self._body(request, self.limits.json_bytes_max) as body,
            self.admission.request(),
        ):
            asked, images = await bodies.parsed(
                lambda whole: inference.read_request(whole, header_length, self.limits.tiles_max),
                body,
                self.admission,
            )
            outputs = await self.recognition.outputs(images)
        content, json_length = inference.answer(asked, outputs, self.version)
        if json_length is None:
            return Response(content, media_type=bodies.JSON)
        headers = {inference.HEADER_LENGTH: str(json_length)}
        return Response(content, media_type="application/octet-stream", headers=headers)

    async def correct(self, request: Request) -> Response:
        """Keep a tile under the digit that it shows."""
        refuse_query(request)
        assert self.keep is not None
        self._refuse_early(CORRECTION, 1)
        async with (
            self._body(request, bodies.CORRECTION_BYTES_MAX) as body,
            self.admission.request(),
        ):
            correction = bodies.decode(_correction, body)
            tile = bodies.pixels([correction.tile])[0]
            async with self.admission.work(CORRECTION, 1):
                kept = await asyncio.to_thread(self.keep.keep, tile, correction.label)
        return JSONAnswer({"label": correction.label, "kept": kept}, 201)

    def alive(self) -> bool:
        return self.recognition.stuck_seconds() < STUCK_SECONDS

    async def live(self, request: Request) -> Response:
        if not self.alive():
            raise busy("the model does not answer any more")
        return JSONAnswer({"live": True})

    async def is_ready(self, request: Request) -> Response:
        if not self.ready or not self.alive():
            raise busy("the model is not ready")
        return JSONAnswer({"ready": True, "name": inference.NAME})

    async def server_metadata(self, request: Request) -> Response:
        return JSONAnswer(
            {"name": "tenfold", "version": __version__, "extensions": inference.EXTENSIONS}
        )

    async def model_metadata(self, request: Request) -> Response:
        return JSONAnswer(inference.metadata(self.version, self.reject_threshold))

    async def settings(self, request: Request) -> Response:
        """What the page needs to know."""
        return JSONAnswer(
            {
                "version": __version__,
                "model_version": self.version,
                "reject_threshold": self.reject_threshold,
                "keeps_corrections": self.keep is not None,
                "needs_token": self.needs_token,
            }
        )

    async def metrics(self, request: Request) -> Response:
        return Response(self.meters.text(), media_type=CONTENT_TYPE)

    def _refuse_early(self, kind: str, size: int, share: float = 1.0) -> None:
        """Before a body is read: it would be read in vain. Raises Refused."""
        self.admission.refuse_if_full(share)
        self.admission.refuse_if_late(kind, size)

    def _body(
        self, request: Request, size_bytes_max: int, share: float = 1.0
    ) -> contextlib.AbstractAsyncContextManager[bytes]:
        return bodies.body_of(request, self.admission, size_bytes_max, share)

    def _tiles(self, body: bytes) -> Images:
        """uint8 [n, 28, 28] of a JSON body. Raises Refused."""
        tiles = bodies.decode(_tiles, body).images
        bodies.refuse_too_many(len(tiles), self.limits.tiles_max)
        return bodies.pixels(tiles)


class _Answering:
    """A handler as an ASGI application. Of a function Starlette makes one that catches its errors,
    twice over, which the envelope does as well."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._handler(Request(scope, receive))
        await response(scope, receive, send)
