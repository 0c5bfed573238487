"""The snippets of docs/serving.md, as they are there: nginx before the server, and the service."""

from __future__ import annotations

import contextlib
import http.client
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from hostile import TILE
from served import SECONDS, Server, serving
from tenfold.cli.verbs.serve import serve
from tenfold.serving.gate.limits import Limits

DOCS = Path(__file__).parents[2] / "docs" / "serving.md"
NAME = "digits.example"
ORIGIN = f"https://{NAME}"
BROWSER = {"host": NAME, "origin": ORIGIN, "sec-fetch-site": "same-origin"}
HOST_LINE = "proxy_set_header Host $http_host;"

needs_nginx = pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


def snippet(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", DOCS.read_text(), re.DOTALL)
    return found


class Answer(NamedTuple):
    status: int
    body: str


class Nginx:
    def __init__(self, port: int) -> None:
        self._port = port

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> Answer:
        """As a browser asks from the page at ORIGIN."""
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=SECONDS)
        with contextlib.closing(line):
            line.request(method, path, body, BROWSER | {"content-type": kind})
            response = line.getresponse()
            return Answer(response.status, response.read().decode())

    def ask_for_a_tile(self) -> Answer:
        return self.ask("POST", "/predict", f'{{"images": [{TILE}]}}'.encode(), "application/json")


def listening(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def nginx(folder: Path, server: Server, site: str) -> Iterator[Nginx]:
    """nginx with this site, whose addresses are those of the test."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for documented, here in (
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("http://127.0.0.1:8000;", f"{server.url};"),
    ):
        assert documented in site
        site = site.replace(documented, here)
    paths = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{path}_temp_path {folder}/{path};\n" for path in paths)
    folder.mkdir()
    conf = folder / "nginx.conf"
    conf.write_text(
        f"daemon off;\nmaster_process off;\npid {folder}/pid;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{temporary}{site}}}\n"
    )
    errors = folder / "errors"
    with subprocess.Popen(["nginx", "-e", errors, "-p", folder, "-c", conf]) as process:
        try:
            deadline = time.monotonic() + SECONDS
            while not listening(port):
                assert process.poll() is None, errors.read_text()
                assert time.monotonic() < deadline
                time.sleep(0.02)
            yield Nginx(port)
        finally:
            process.terminate()


@needs_nginx
def test_the_site_of_the_docs_serves_the_page_tiles_and_pictures(tmp_path: Path):
    with (
        serving(tmp_path / "server", "--allow-host", NAME) as server,
        nginx(tmp_path / "nginx", server, snippet("nginx")) as proxy,
    ):
        assert proxy.ask("GET", "/").status == 200
        assert proxy.ask_for_a_tile().status == 200
        large = proxy.ask("POST", "/predict", bytes(5 << 20), "image/png")
    assert large.status == 422  # no picture; but it came through
    assert "not a picture" in large.body


@needs_nginx
def test_without_the_name_the_message_says_what_to_set_and_an_allowed_origin_helps(tmp_path: Path):
    site = snippet("nginx").replace(HOST_LINE, "")
    with (
        serving(tmp_path / "server") as server,
        nginx(tmp_path / "nginx", server, site) as proxy,
    ):
        assert proxy.ask("GET", "/").status == 200
        refused = proxy.ask_for_a_tile()
    assert refused.status == 403
    assert HOST_LINE in refused.body
    assert "--allow-origin" in refused.body
    with (
        serving(tmp_path / "allowing", "--allow-origin", ORIGIN) as server,
        nginx(tmp_path / "nginx2", server, site) as proxy,
    ):
        assert proxy.ask_for_a_tile().status == 200


@needs_systemd
def test_systemd_finds_no_fault_in_the_unit(tmp_path: Path):
    unit = tmp_path / "tenfold.service"
    unit.write_text(snippet("ini").replace("/opt/tenfold/bin/tenfold", sys.executable))
    checked = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False
    )
    ours = [line for line in checked.stderr.splitlines() if "tenfold" in line]
    assert (checked.returncode, ours) == (0, [])


def test_the_unit_uses_options_that_exist_and_outlives_the_stop():
    unit = snippet("ini").replace("\\\n", " ")
    (command,) = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    program, verb, *options = shlex.split(command)
    assert (Path(program).name, verb) == ("tenfold", "serve")
    known = {name for parameter in serve.params for name in parameter.opts}
    assert {option for option in options if option.startswith("--")} <= known
    (seconds,) = re.findall(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)
    assert float(seconds) > Limits().stop_seconds
