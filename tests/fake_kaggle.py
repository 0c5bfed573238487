"""A Kaggle on loopback that answers the calls of Kaggle's own library, and remembers them."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN, KEY = "KGAT_a-token", ("somebody", "a-key")
REFRESH = "a-refresh-token"


@dataclass
class FakeKaggle:
    """What the next calls get: `refusals` by the call's name, as (status, message, headers)."""

    limits: dict[str, Any] = field(
        default_factory=lambda: {"numToday": 1, "numTotal": 7, "numAllowedNow": 4}
    )
    refusals: dict[str, tuple[int, str, dict[str, str]]] = field(default_factory=dict)
    archive: bytes = b""
    pending: int = 0  # questions for the score that are answered "pending"
    error: str = ""
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    uploaded: bytes | None = None
    upload_authorization: str | None = None
    logins: int = 0
    agents: set[str] = field(default_factory=set)
    address: str = ""

    def answer(self, call: str, asked: dict[str, Any]) -> dict[str, Any]:
        if call == "GetSubmissionLimits":
            return self.limits
        if call == "StartSubmissionUpload":
            return {"token": "blob-token", "createUrl": f"{self.address}/upload/blob"}
        if call == "CreateSubmission":
            assert asked["blobFileTokens"] == "blob-token"
            return {"message": "Successfully submitted to Bars", "ref": 4711}
        assert call == "GetSubmission", call
        assert asked["ref"] == 4711
        if self.error:
            return {"ref": 4711, "status": "ERROR", "errorDescription": self.error}
        self.pending -= 1
        scored = {"status": "COMPLETE", "publicScore": "0.99642"}
        return {"ref": 4711, **({"status": "PENDING"} if self.pending >= 0 else scored)}


class Handler(BaseHTTPRequestHandler):
    kaggle: FakeKaggle

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        service, _, call = self.path.removeprefix("/api/v1/").partition("/")
        if (service, call) == ("users.AccountService", "GenerateAccessToken"):
            self.answer_login(asked)
            return
        assert service == "competitions.CompetitionApiService", self.path
        self.kaggle.calls.append((call, asked))
        self.kaggle.agents.add(self.headers["User-Agent"])
        basic = "Basic " + base64.b64encode(":".join(KEY).encode()).decode()
        if self.headers["Authorization"] not in (f"Bearer {TOKEN}", basic):
            self.send({"code": 401, "message": "Unauthenticated"}, 401)
        elif call in self.kaggle.refusals:
            status, message, headers = self.kaggle.refusals[call]
            self.send({"code": status, "message": message}, status, headers)
        elif call == "DownloadDataFiles":
            self.send({}, 302, {"Location": f"{self.kaggle.address}/files/data.zip?Signature=xyz"})
        else:
            self.send(self.kaggle.answer(call, asked))

    def answer_login(self, asked: dict[str, Any]) -> None:
        self.kaggle.logins += 1
        if asked["refreshToken"] == REFRESH:
            self.send({"token": TOKEN, "expiresIn": 3600, "userName": "somebody"})
        else:
            self.send({"code": 401, "message": "Unauthenticated"}, 401)

    def do_PUT(self) -> None:
        assert self.path == "/upload/blob"
        self.kaggle.uploaded = self.rfile.read(int(self.headers["Content-Length"]))
        self.kaggle.upload_authorization = self.headers["Authorization"]
        self.send({})

    def do_GET(self) -> None:
        assert self.path == "/files/data.zip?Signature=xyz"
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.kaggle.archive)))
        self.end_headers()
        self.wfile.write(self.kaggle.archive)

    def send(
        self, answer: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        pass


@contextmanager
def running(kaggle: FakeKaggle) -> Iterator[None]:
    handler = type("Handler", (Handler,), {"kaggle": kaggle})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        kaggle.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
