"""uvicorn's configuration, with what the HTTP protocol needs besides: limits and turns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from uvicorn.config import Config

from tenfold.serving.gate.envelope import Envelope
from tenfold.serving.gate.turns import Turns


class LimitedConfig(Config):
    """A uvicorn Config that carries the limits to the protocol."""

    def __init__(self, envelope: Envelope, protocol: Callable[..., Any], **options: Any) -> None:
        self.limits = envelope.admission.limits
        self.turns = Turns()
        super().__init__(
            envelope,
            http=protocol,  # type: ignore[arg-type]  # it is called as a class would be
            h11_max_incomplete_event_size=self.limits.header_bytes_max,
            **options,
        )
