"""Guards of a request: its host name, the site that sent it, and the bearer token."""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection

from starlette.datastructures import Headers

from tenfold.errors import UsageError
from tenfold.serving.gate.refusals import Refused

OPEN_PATHS = (
    "/", "/page.css", "/page.js", "/pen.js", "/table.js", "/docs", "/openapi.json", "/settings",
)  # fmt: skip
OPEN_BELOW = "/v2/health/"
NAME = r"([a-z0-9._-]+|\[[0-9a-f:.]+\])"
HOST = re.compile(NAME + r"(?::[0-9]{0,5})?")
ORIGIN = re.compile(rf"https?://{NAME}(:[0-9]{{1,5}})?")
OTHER_SITE_HINT = (
    "use the page that this server itself shows; behind a proxy let it pass the name on (nginx: "
    "proxy_set_header Host $http_host;), or start tenfold serve --allow-origin "
)


class Guards:
    """Checks of the head of each request.

    `hosts`: host names that a request may use for this server; None allows any. A page of another
    site whose name was made to point here (DNS rebinding) uses a different one.
    `origins`: origins whose pages may send requests under another host name, for example
    `https://digits.example`.
    `token`: bearer token, or None.
    """

    def __init__(
        self, *, hosts: Collection[str] | None, token: str | None, origins: Collection[str] = ()
    ) -> None:
        """Raises UsageError for an invalid origin."""
        self._hosts = None if hosts is None else frozenset(name.lower() for name in hosts)
        self._origins = frozenset(parse_origin(origin) for origin in origins)
        self._token = None if token is None else token.encode()

    def check(self, method: str, path: str, headers: Headers) -> None:
        """Raise Refused for a request that may not be answered."""
        if self._hosts is not None and _host_name(headers.get("host", "")) not in self._hosts:
            raise Refused(
                421, "this server does not go by that name", hint="tenfold serve --allow-host NAME"
            )
        if method not in ("GET", "HEAD"):
            self._refuse_other_sites(headers)
        if self._token is not None and path not in OPEN_PATHS and not path.startswith(OPEN_BELOW):
            self._check_token(headers.get("authorization", ""))

    def _refuse_other_sites(self, headers: Headers) -> None:
        """Refuse requests of other sites' pages. Only browsers name the page that sends one."""
        origin = headers.get("origin")
        if origin is not None and origin.lower() in self._origins:
            return
        host, fetch_site = headers.get("host", "").lower(), headers.get("sec-fetch-site", "none")
        if origin is not None and origin.lower() not in (f"http://{host}", f"https://{host}"):
            example = origin.lower() if ORIGIN.fullmatch(origin.lower()) else "https://NAME"
            raise Refused(
                403,
                f"a page of another site asks: it is of {origin[:80]!a}, and this server was "
                f"called {host[:80]!a}",
                hint=OTHER_SITE_HINT + example[:80],
            )
        if fetch_site not in ("same-origin", "none"):
            raise Refused(
                403,
                f"a page of another site asks ({fetch_site[:20]!a})",
                hint="use the page that this server itself shows",
            )

    def _check_token(self, authorization: str) -> None:
        scheme, _, token = authorization.partition(" ")
        matches = hmac.compare_digest(token.strip().encode(), self._token or b"")
        if scheme.lower() != "bearer" or not matches:
            raise Refused(
                401,
                "this server asks for a token",
                hint="send the header 'Authorization: Bearer TOKEN'",
                headers={"www-authenticate": "Bearer"},
            )


def _host_name(host: str) -> str | None:
    """The host of `name:port`; of `[::1]:port` the address without brackets; None for anything
    else, such as a list of hosts or a folded line."""
    found = HOST.fullmatch(host.lower())
    return found[1].strip("[]") if found else None


def parse_origin(text: str) -> str:
    """Check an origin, and write it as browsers do: scheme, name and port. Raises UsageError."""
    origin = text.lower().removesuffix("/")
    if not ORIGIN.fullmatch(origin):
        raise UsageError(
            f"--allow-origin {text}: is no origin",
            hint="give the page's address without a path, e.g. https://digits.example",
        )
    return origin
