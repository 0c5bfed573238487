"""Inference engines: onnxruntime, which is always installed, and openvino."""

from __future__ import annotations

import functools
import io
import os
import queue
import sys
import threading
from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from tenfold.classifier.outputs import Outputs
from tenfold.digits import SIDE, Images
from tenfold.environment import cpu_has_fast_bf16
from tenfold.errors import ModelError
from tenfold.model_folder import ModelFolder
from tenfold.model_folder.stored_files import HINT_TENFOLD

Engine = Literal["auto", "onnxruntime", "openvino"]
Read = Callable[[Images], Outputs]  # one batch, on the caller's thread, from any thread

# Beside the check of the graph: no file lies below a device, so no external data is ever found;
# and what is read as ONNX is never taken for another format that its first bytes may look like.
SETTINGS = {
    "session.model_external_initializers_file_folder_path": os.path.join(os.devnull, "nowhere"),
    "session.load_model_format": "ONNX",
}
# Unless this is set before its import, onnxruntime from 1.29 on reports its use over the network,
# on Linux and macOS, and keeps a device id in the user's cache (microsoft/onnxruntime, pull 27379).
TELEMETRY = "ORT_DISABLE_TELEMETRY"
PROBES = (1, 2, 3)  # tiles of the batches that a graph has to answer before it is used


def open_graph(model: ModelFolder, engine: Engine, threads: int) -> Read:
    """Open the graph on a chosen engine; at most `threads` threads read at once.

    Raises ModelError, and so does reading: outputs that are no probabilities never leave. No time
    limit is needed: the graph's work for a tile is bounded (`graph/`).
    """
    run = _openvino(model, threads) if engine == "openvino" else _onnxruntime(model)

    def read(images: Images) -> Outputs:
        try:
            outputs = run(images)
        except RuntimeError as problem:  # of both runtimes
            raise _refused(model.path, engine, problem) from problem
        if fault := outputs.fault(len(images)):
            raise ModelError(f"{model.path}: the model {fault}", hint=HINT_TENFOLD)
        return outputs

    random = np.random.default_rng(0)
    with _IMPORT_LOCK:  # openvino's bindings deadlock where two threads bring their first answers
        for tiles in PROBES:
            images = random.integers(0, 256, (tiles, SIDE, SIDE), np.uint8)
            images[0] = 0  # a blank tile, which divides some networks by zero
            read(images)
    return read


def open_session(graph: bytes) -> Any:
    """onnxruntime's session of a graph: one thread, no file but the graph."""
    os.environ.setdefault(TELEMETRY, "1")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors only; they come as exceptions anyway
    options.intra_op_num_threads = 1
    for key, value in SETTINGS.items():
        options.add_session_config_entry(key, value)
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def onnxruntime_session(graph: bytes, path: str) -> Any:
    """`open_session` of a checked graph. Raises ModelError that begins with `path`."""
    try:
        return open_session(graph)
    except Exception as problem:  # onnxruntime's exceptions share no base class
        raise _refused(path, "onnxruntime", problem) from problem


def run_session(session: Any, outputs: list[str], inputs: dict[str, Any], path: str) -> list[Any]:
    """The outputs of a session for its inputs. Raises ModelError that begins with `path`."""
    try:
        return list(session.run(outputs, inputs))
    except RuntimeError as problem:
        message = " ".join(str(problem).split())
        raise ModelError(f"{path}: {message}", hint=HINT_TENFOLD) from problem


def _onnxruntime(model: ModelFolder) -> Read:
    session = onnxruntime_session(model.graph, model.path)

    def read(images: Images) -> Outputs:
        return Outputs(*session.run(list(Outputs._fields), {"images": images}))

    return read


def _openvino(model: ModelFolder, threads: int) -> Read:
    openvino, core = _openvino_core()
    settings = {
        "PERFORMANCE_HINT": "THROUGHPUT",
        "INFERENCE_PRECISION_HINT": "bf16" if cpu_has_fast_bf16() else "f32",
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": threads,
    }
    try:
        frontend = openvino.frontend.FrontEndManager().load_by_framework("onnx")
        network = frontend.convert(frontend.load(io.BytesIO(model.graph)))
        compiled = core.compile_model(network, "CPU", settings)
    except Exception as problem:
        raise _refused(model.path, "openvino", problem) from problem
    idle: queue.SimpleQueue[Any] = queue.SimpleQueue()  # a request serves one thread at a time

    def read(images: Images) -> Outputs:
        try:
            request = idle.get_nowait()
        except queue.Empty:
            request = compiled.create_infer_request()
        answers = request.infer({"images": images})
        idle.put(request)
        return Outputs(*(answers[name] for name in Outputs._fields))

    return read


@functools.cache
def _openvino_core() -> tuple[Any, Any]:
    """openvino and its core: one for the process, never let go. Each core gives its thread another
    stack for signals and takes it away when it goes; where several went in another order than they
    came, the next signal met freed memory and killed the process."""
    openvino = _import_openvino()
    return openvino, openvino.Core()


def _import_openvino() -> Any:
    """openvino without its model converter, which nobody needs here: importing it would report home
    over the network, leave a file in the user's home and take half a second."""
    converter = "openvino.tools.ovc"
    with _IMPORT_LOCK:
        hidden = converter not in sys.modules
        if hidden:
            sys.modules[converter] = None  # type: ignore[assignment]  # importing it now fails
        try:
            import openvino
        finally:
            if hidden:
                del sys.modules[converter]
    return openvino


_IMPORT_LOCK = threading.Lock()


def _refused(path: str, engine: Engine, problem: Exception) -> ModelError:
    return ModelError(
        f"{path}: {engine} refuses the graph: {' '.join(str(problem).split())}",
        hint=f"upgrade {engine}, or export the model again",
    )
