"""The real server, in a process of its own on a loopback port, and requests to it."""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import numpy as np
from PIL import Image

from conftest import paint

TOKEN = "sesame"  # of the servers that ask for one
SECONDS = 60  # for what takes milliseconds on an idle machine


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Server:
    def __init__(self, process: subprocess.Popen[str], url: str, log: Path) -> None:
        self.process = process
        self.url = url
        self.log = log
        parts = urlsplit(url)
        assert parts.hostname is not None
        assert parts.port is not None
        self.address = (parts.hostname, parts.port)

    def ask(
        self, method: str, path: str, body: bytes | str | None = None, **headers: str
    ) -> Answer:
        """Underscores in names of headers stand for hyphens."""
        connection = http.client.HTTPConnection(*self.address, timeout=SECONDS)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with contextlib.closing(connection):
            connection.request(method, path, body, named)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any, kind: str = "application/json", **headers: str) -> Answer:
        content = body if isinstance(body, bytes | str) else json.dumps(body)
        return self.ask("POST", path, content, content_type=kind, **headers)

    def raw(self, *parts: bytes, pause: float = 0.0, close: bool = False) -> bytes:
        """What comes back for bytes sent as they are, until the server closes."""
        with socket.create_connection(self.address, timeout=SECONDS) as line:
            for part in parts:
                line.sendall(part)
                time.sleep(pause)
            if close:
                return b""
            received = b""
            with contextlib.suppress(ConnectionError):
                while part := line.recv(65536):
                    received += part
            return received

    def events(self) -> list[dict[str, Any]]:
        lines = self.log.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def event(self, **wanted: Any) -> dict[str, Any]:
        """The line of the log that has these; it may come a moment after the answer."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            for event in self.events():
                if event.items() >= wanted.items():
                    return event
            time.sleep(0.05)
        raise AssertionError(f"no {wanted} in {self.log.read_text()[-2000:]}")

    def workers(self) -> list[int]:
        """Process ids. Linux only."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        pids = [int(pid) for pid in listed.split()]
        return [p for p in pids if b"spawn_main" in Path(f"/proc/{p}/cmdline").read_bytes()]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(SECONDS)


@contextlib.contextmanager
def serving(folder: Path, *options: str, **environment: str) -> Iterator[Server]:
    """`tenfold serve` with these options; its log goes into `folder`. Its answers are compared with
    those of onnxruntime."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "log.txt"
    with log.open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "tenfold", "serve", "--engine", "onnxruntime"]
            + ["--port", "0", "--json", *options],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env=os.environ | environment,
        )
    with process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line, log.read_text()
            yield Server(process, json.loads(line)["url"].rstrip("/"), log)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(SECONDS)


def form_of(content: bytes, name: str = "picture.png", field: str = "file") -> tuple[bytes, str]:
    """A multipart body of one file, and its content type."""
    head = (
        f'--edge\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        "Content-Type: image/png\r\n\r\n"
    )
    return head.encode() + content + b"\r\n--edge--\r\n", "multipart/form-data; boundary=edge"


def png_of(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def three() -> bytes:
    return png_of(paint("3", 120))


def bar(width: int) -> np.ndarray:
    """A framed tile, uint8 [28, 28]."""
    tile = np.zeros((28, 28), np.uint8)
    tile[12:16, 14 - width // 2 : 14 + width // 2] = 255
    return tile
