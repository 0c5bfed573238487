"""Paths of the model and of its versions, and handlers as ASGI applications."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tenfold.serving import inference
from tenfold.serving.gate.refusals import Refused
from tenfold.serving.served_model import ServedModel

MODEL = f"/v2/models/{inference.NAME}"
VERSION = f"{MODEL}/versions/{{version}}"
MODEL_HEADER = "tenfold-model"  # of an answer: the version of the model that gave it

_OF_A_VERSION = re.compile(r"(/versions/)[^/]+")

Handler = Callable[[Request], Awaitable[Response]]


class Endpoint:
    """A handler as an ASGI application. Starlette wraps plain functions in two handlers of errors,
    which the envelope has already."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._handler(Request(scope, receive))
        await response(scope, receive, send)


def refuse_other_version(request: Request, model: ServedModel) -> None:
    """Raise Refused where the path of a request names another version than the present model's."""
    version = request.path_params.get("version", model.version)
    if version != model.version:
        raise Refused(
            404,
            f"no version {version[:40]!a} of the model",
            hint=f"{MODEL} names the one that answers",
        )


def of_this_version(handler: Handler, present: Callable[[], ServedModel]) -> Handler:
    """The handler, for requests that name no other version than the present model's."""

    async def checked(request: Request) -> Response:
        refuse_other_version(request, present())
        return await handler(request)

    return checked


def route_of(path: str, routes: Collection[str]) -> str:
    """The route of a path, by which metrics count; "other" for unknown ones, which have no end."""
    route = _OF_A_VERSION.sub(r"\1{version}", path, count=1)
    return route if route in routes else "other"


def named(model: ServedModel) -> dict[str, str]:
    """The header that names the model of an answer."""
    return {MODEL_HEADER: model.version}
