"""The runtimes that a graph runs on: onnxruntime, which is always there, and openvino."""

from __future__ import annotations

import functools
import queue
import sys
import threading
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, Literal, get_args

import numpy as np

from tenfold.classifier.outputs import Outputs
from tenfold.digits import SIDE, Images
from tenfold.environment import cpu_has_fast_bf16
from tenfold.errors import MissingExtraError, ModelError, UsageError
from tenfold.model_folder import ModelFolder

# openvino starts later than onnxruntime (import and compilation) and reads faster in bf16, not in
# fp32: of `rows`, 8,000 tiles take both the same time, from start to submission (docs/LOG.md).
BULK = 8000

Engine = Literal["auto", "onnxruntime", "openvino"]
Read = Callable[[Images], Outputs]  # one batch, on the caller's thread, from any thread


def choose(engine: Engine, tiles: int) -> Engine:
    """The one to take for so many tiles. Raises UsageError, MissingExtraError."""
    if engine not in get_args(Engine):
        raise UsageError(f"engine is '{engine}'", hint=f"one of {', '.join(get_args(Engine))}")
    installed = find_spec("openvino") is not None
    if engine == "openvino" and not installed:
        raise MissingExtraError("--engine openvino", "openvino")
    if engine != "auto":
        return engine
    return "openvino" if installed and tiles >= BULK and cpu_has_fast_bf16() else "onnxruntime"


def open_graph(model: ModelFolder, engine: Engine, threads: int) -> Read:
    """The graph on a chosen engine; `threads` are how many may read at once. Raises ModelError."""
    return _openvino(model, threads) if engine == "openvino" else _onnxruntime(model)


def _onnxruntime(model: ModelFolder) -> Read:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors only; they come as exceptions anyway
    options.intra_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(
            model.graph, options, providers=["CPUExecutionProvider"]
        )
    except Exception as problem:  # onnxruntime's exceptions share no base class
        raise _refused(model, "onnxruntime", problem) from problem
    _check_ends(
        model,
        [(value.name, value.type == "tensor(uint8)") for value in session.get_inputs()],
        {value.name for value in session.get_outputs()},
    )

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
        compiled = core.compile_model(core.read_model(model.graph), "CPU", settings)
    except Exception as problem:
        raise _refused(model, "openvino", problem) from problem
    _check_ends(
        model,
        [(end.any_name, end.element_type == openvino.Type.u8) for end in compiled.inputs],
        {end.any_name for end in compiled.outputs},
    )
    idle: queue.SimpleQueue[Any] = queue.SimpleQueue()  # a request serves one thread at a time

    def read(images: Images) -> Outputs:
        try:
            request = idle.get_nowait()
        except queue.Empty:
            request = compiled.create_infer_request()
        answers = request.infer({"images": images})
        idle.put(request)
        return Outputs(*(answers[name] for name in Outputs._fields))

    with _one_by_one:  # openvino's bindings deadlock where two threads bring their first answers
        read(np.zeros((1, SIDE, SIDE), np.uint8))
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
    with _one_by_one:
        hidden = converter not in sys.modules
        if hidden:
            sys.modules[converter] = None  # type: ignore[assignment]  # importing it now fails
        try:
            import openvino
        finally:
            if hidden:
                del sys.modules[converter]
    return openvino


_one_by_one = threading.Lock()


def _refused(model: ModelFolder, engine: Engine, problem: Exception) -> ModelError:
    return ModelError(
        f"{model.path}: {engine} refuses the graph: {' '.join(str(problem).split())}",
        hint=f"upgrade {engine}, or export the model again",
    )


def _check_ends(model: ModelFolder, inputs: list[tuple[str, bool]], outputs: set[str]) -> None:
    """Raise ModelError unless there is one input, `images`, of uint8, and both outputs."""
    if inputs != [("images", True)] or not set(Outputs._fields) <= outputs:
        raise ModelError(
            f"{model.path}: the graph has other inputs or outputs than a tenfold model",
            hint="give a model folder that tenfold has written",
        )
