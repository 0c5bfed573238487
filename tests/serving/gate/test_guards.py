"""Host names, pages of other sites, pages behind a proxy, and the token."""

from __future__ import annotations

import pytest

pytest.importorskip("starlette", reason="the serve extra is not installed")
pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from starlette.datastructures import Headers

from hostile import INFER, TILE
from served import TOKEN, Server
from tenfold.errors import UsageError
from tenfold.serving.gate.guards import Guards, parse_origin
from tenfold.serving.gate.refusals import Refused

PUBLIC = "https://digits.example"


def ask(guards: Guards, **headers: str) -> None:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    guards.check("POST", "/predict", Headers(named))


def refusal(guards: Guards, **headers: str) -> Refused:
    with pytest.raises(Refused) as refused:
        ask(guards, **headers)
    return refused.value


@pytest.mark.parametrize(
    "origin", ["http://[", "http://[::1", "null", "", "://", "\xff", "http://a\x00", "x" * 9000]
)
def test_an_origin_that_is_none_is_that_of_another_site(origin: str):
    refused = refusal(Guards(hosts=None, token=None), host="localhost:8000", origin=origin)
    assert refused.status == 403
    assert len(refused.message) < 300
    assert refused.message.isascii()


def test_the_own_page_may_ask_by_http_and_behind_a_proxy_with_tls():
    guards = Guards(hosts=None, token=None)
    for scheme in ("http", "https"):
        ask(guards, host="Digits.example:81", origin=f"{scheme}://digits.example:81")
    ask(guards, host="[::1]:8000", origin="http://[::1]:8000", sec_fetch_site="same-origin")
    assert refusal(guards, host="digits.example", origin="ftp://digits.example").status == 403


def test_behind_a_proxy_that_changes_the_name_the_error_says_what_to_set():
    """As nginx calls it by default: the upstream's name as Host, the page's as Origin."""
    guards = Guards(hosts=["127.0.0.1"], token=None)
    refused = refusal(guards, host="127.0.0.1:8000", origin=PUBLIC, sec_fetch_site="same-origin")
    assert refused.status == 403
    for word in ("a page of another site asks", PUBLIC, "127.0.0.1:8000"):
        assert word in refused.message
    assert "proxy_set_header Host $http_host;" in refused.hint
    assert refused.hint.endswith(f"--allow-origin {PUBLIC}")


def test_an_allowed_origin_may_ask_and_no_other():
    guards = Guards(hosts=["127.0.0.1"], token=None, origins=[PUBLIC, "http://a.example:8080/"])
    for origin in (PUBLIC, "HTTPS://DIGITS.EXAMPLE", "http://a.example:8080"):
        ask(guards, host="127.0.0.1:8000", origin=origin)
    for origin in ("http://digits.example", f"{PUBLIC}.evil.example", f"{PUBLIC}:444", "null"):
        assert refusal(guards, host="127.0.0.1:8000", origin=origin).status == 403
    assert refusal(guards, host="evil.example", origin=PUBLIC).status == 421


@pytest.mark.parametrize("given", ["digits.example", "https://", f"{PUBLIC}/page", "*", "null", ""])
def test_what_is_no_origin_is_refused_at_the_start(given: str):
    with pytest.raises(UsageError, match="is no origin") as refused:
        parse_origin(given)
    assert PUBLIC in refused.value.hint


def test_only_names_of_this_machine_are_answered(limited: Server):
    port = limited.address[1]
    for name in (f"localhost:{port}", "127.0.0.1", "[::1]:80"):
        assert limited.get("/settings", Host=name).status == 200
    for name in ("evil.example", f"evil.example:{port}", "localhost.evil.example"):
        assert limited.get("/settings", Host=name).status == 421


@pytest.mark.parametrize(
    "host", ["127.0.0.1, evil.example", "127.0.0.1:80 folded", "127.0.0.1:port", "[::1", "::1", ""]
)
def test_what_only_begins_like_a_name_of_this_machine_is_none(host: str):
    assert refusal(Guards(hosts=["127.0.0.1", "::1", ""], token=None), host=host).status == 421


def test_pages_of_other_sites_may_not_ask(limited: Server):
    tiles = {"images": [TILE]}
    assert limited.post("/predict", tiles, Origin="http://evil.example").status == 403
    assert limited.post("/predict", tiles, Origin="null").status == 403
    assert limited.post("/predict", tiles, Origin="http://[").status == 403
    assert limited.post("/predict", tiles, Sec_Fetch_Site="cross-site").status == 403
    assert limited.post("/predict", tiles, Origin=limited.url).status == 200


def test_a_token_is_asked_for(guarded: Server):
    for path in ("/predict", INFER, "/metrics"):
        for given in ({}, {"Authorization": "Bearer no"}, {"Authorization": TOKEN},
                      {"Authorization": "Bearer sésame"}):  # fmt: skip
            answer = guarded.ask("POST" if path != "/metrics" else "GET", path, **given)
            assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert guarded.get("/metrics", Authorization=f"Bearer {TOKEN}").status == 200
    for path in ("/", "/page.js", "/docs", "/v2/health/live", "/settings"):
        assert guarded.get(path).status == 200
    assert TOKEN not in guarded.log.read_text()
