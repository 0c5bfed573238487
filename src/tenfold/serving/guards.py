"""Who may ask what: host names, other sites' pages, and the bearer token."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from tenfold.serving.refusals import Refused

OPEN_PATHS = ("/", "/page.css", "/page.js", "/pen.js", "/docs", "/openapi.json", "/settings")
OPEN_BELOW = "/v2/health/"


class Guards:
    """`hosts`: the names that a request may call this server by; None is any. A page from elsewhere
    whose name was made to point here (DNS rebinding) calls it by another."""

    def __init__(self, *, hosts: Collection[str] | None, token: str | None) -> None:
        self._hosts = None if hosts is None else frozenset(name.lower() for name in hosts)
        self._token = None if token is None else token.encode()

    def check(self, method: str, path: str, headers: Headers) -> None:
        """Raises Refused."""
        if self._hosts is not None and _name(headers.get("host", "")) not in self._hosts:
            raise Refused(
                421, "this server does not go by that name", hint="tenfold serve --allow-host NAME"
            )
        if method not in ("GET", "HEAD"):
            _refuse_other_sites(headers)
        if self._token is not None and path not in OPEN_PATHS and not path.startswith(OPEN_BELOW):
            self._check_token(headers.get("authorization", ""))

    def _check_token(self, given: str) -> None:
        scheme, _, token = given.partition(" ")
        right = hmac.compare_digest(token.strip().encode(), self._token or b"")
        if scheme.lower() != "bearer" or not right:
            raise Refused(
                401,
                "this server asks for a token",
                hint="send the header 'Authorization: Bearer TOKEN'",
                headers={"www-authenticate": "Bearer"},
            )


def _name(host: str) -> str:
    """Of `name:port` the name; of `[::1]:port` the address without its brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()


def _refuse_other_sites(headers: Headers) -> None:
    """A browser says which page sends a request; only ours may. Other programs say nothing."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site", "none")
    ours = origin is None or urlsplit(origin).netloc == headers.get("host")
    if not ours or site not in ("same-origin", "none"):
        raise Refused(
            403, "a page of another site asks", hint="use the page that this server itself shows"
        )
