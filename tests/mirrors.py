"""Mirrors of data sets on loopback, which speak like the real ones: ETags, ranges, every fault."""

from __future__ import annotations

import contextlib
import hashlib
import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FAULTS = ("missing", "busy", "short", "other", "page", "slow", "cut")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Mirrors

    def do_GET(self) -> None:
        self.close_connection = True
        _, mirror, name = self.path.split("/", 2)
        self.server.asked.append((mirror, name, self.headers.get("Range")))
        content, fault = self.server.files.get(name), self.server.faults.get((mirror, name), "")
        if content is None or fault == "missing":
            self._start(404, 0)
            return
        if fault == "busy":
            self._start(503, 0)
            return
        if fault == "page":
            content = b"<!DOCTYPE html><title>moved</title>"
        if fault == "short":
            content = content[:-1]
        if fault == "other":
            content = bytes(len(content))
        self._send(content, fault)

    def _send(self, content: bytes, fault: str) -> None:
        etag, start, status = f'"{hashlib.md5(content).hexdigest()}"', 0, 200
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        more: dict[str, str] = {"ETag": etag}
        if wanted and self.headers.get("If-Range") == etag and int(wanted[1]) < len(content):
            start, status = int(wanted[1]), 206
            more["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        self._start(status, len(content) - start, **more)
        body = content[start:]
        if fault == "cut":
            del self.server.faults[next(key for key in self.server.faults if key[1] in self.path)]
            body = body[: len(body) // 2]
        if fault == "slow":
            with contextlib.suppress(OSError):
                for byte in body:
                    self.wfile.write(bytes([byte]))
                    time.sleep(0.2)
            return
        self.wfile.write(body)

    def _start(self, status: int, length: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(length), **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


class Mirrors(ThreadingHTTPServer):
    """`files` by name, on all mirrors alike; `faults` by (mirror, name); what was `asked` for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.faults: dict[tuple[str, str], str] = {}
        self.asked: list[tuple[str, str, str | None]] = []

    def mirror(self, name: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{name}/"


@contextlib.contextmanager
def running() -> Iterator[Mirrors]:
    with Mirrors() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
