"""How `upright.onnx` of `weights/strings` is made, which tells strips from strips upside down.

    python -m bench.accuracy.train_strip_turns digit-recognizer.zip swiss_numbers.npz WORK
        [--typefaces FONTS] [--strips 25000] [--steps 1200] [--from upright.onnx]
        [--into weights/strings]

Composes strips under WORK as `train_strings` does, trains the network on them, and writes
WORK/upright.onnx; --into puts the graph into a string reader's folder. Files of
strips that are there already are used again. Needs the extras `train` and `photo`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from bench.accuracy.train_strings import compose, dealt
from tenfold.model_folder.string_folder import open_string_model, write_string_model
from tenfold.training.strips.from_onnx import start_from
from tenfold.training.strips.network import to_inputs
from tenfold.training.strips.to_onnx import deployed, upright_graph
from tenfold.training.strips.upright import COLUMN_SHARE, UprightNetwork, fit_upright


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data")
    parser.add_argument("swiss")
    parser.add_argument("work", type=Path)
    parser.add_argument("--typefaces", type=Path, help="a folder of fonts of handwriting")
    parser.add_argument("--strips", type=int, default=25_000)
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--from", dest="start", type=Path, help="a graph to begin with")
    parser.add_argument("--into", type=Path, help="a string reader's folder")
    arguments = parser.parse_args()
    pool = arguments.work / "strips"
    pool.mkdir(parents=True, exist_ok=True)
    compose(arguments.data, arguments.swiss, arguments.typefaces, pool, arguments.strips)
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    network = UprightNetwork()
    if arguments.start:
        strips = torch.from_numpy(next(dealt(pool)).pixels)
        start_from(network, arguments.start.read_bytes(), to_inputs(strips))
        with torch.no_grad():  # as `fit_upright` trains it
            for parameter in network.head.parameters():
                parameter.div_(COLUMN_SHARE)

    def report(step: int, loss: float, right: float, _: UprightNetwork) -> None:
        print(f"{step:,} steps, loss {loss:.3f}, {right:.1%} of strips right", flush=True)

    if arguments.steps:
        network = fit_upright(network, dealt(pool), arguments.steps, report)
    graph = upright_graph(deployed(network))
    (arguments.work / "upright.onnx").write_bytes(graph)
    if arguments.into:
        put_into(arguments.into, graph)


def put_into(folder: Path, graph: bytes) -> None:
    """Write the graph into a string reader's folder, whose other files stay."""
    model = open_string_model(folder)
    card = (folder / "README.md").read_text(encoding="utf-8")
    write_string_model(folder, model.reader, model.locator, model.facts, card, graph)


if __name__ == "__main__":
    main()
