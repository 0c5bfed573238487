"""The model card, README.md of a model folder: Markdown, filled from model.json and rows.bin."""

from __future__ import annotations

from tenfold.model_folder.facts import (
    FineTuningFacts,
    Lineage,
    MeasuredFacts,
    ModelFacts,
    PairedFacts,
)
from tenfold.model_folder.rows_seen import RowsSeen

GRAPH = "model.onnx"
HUB_GRAPH = "onnx/model.onnx"  # where Hugging Face's Hub has it
ROWS = "rows.bin"

KNOWS_DIGITS_ALONE = """It knows the ten digits and nothing else: letters, several digits in one
tile and empty tiles get an answer too."""
KNOWS_OTHERS = """`is_digit` is low for letters, signs, scribbles, blots, empty tiles and two digits
in one tile, of which it was shown drawn ones; what looks like a digit is taken for one: O for 0."""


def model_card(facts: ModelFacts, seen: RowsSeen | None = None) -> str:
    """The card as Markdown; every number in it comes from `facts` and `seen`."""
    recipe, lineage, measured = facts.recipe, facts.lineage, facts.measured
    packages = (facts.packages or {}).items()
    made_with = ", ".join(f"{name} {version}" for name, version in packages) or "unknown versions"
    return f"""# tenfold model: {recipe.name}

Reads one handwritten digit from a 28 x 28 tile (ink bright on 0, framed as MNIST frames it).

- Input `images`: uint8 [n, 28, 28]. Outputs `probabilities`: float32 [n, 10], calibrated, and
  `is_digit`: float32 [n].
- `{GRAPH}`: {facts.graph.size_bytes:,} bytes, SHA-256 `{facts.graph.sha256}`
- {_made_by(facts)}; temperature
  {facts.temperature:.4f}; answers below {facts.reject_threshold:.4f} are best called unsure.

## How it was measured

{measured_text(measured)}
{_fine_tuning_text(facts)}
## What it was trained on

{_lineage_text(lineage)}

{_seen_text(seen)}

## What it is not for

{KNOWS_OTHERS if recipe.non_digits else KNOWS_DIGITS_ALONE}
It was measured on rows like those it was trained on; other pens, cameras and countries read worse
until measured.

Made with {made_with}.
"""


def _made_by(facts: ModelFacts) -> str:
    recipe = facts.recipe
    if not recipe.epochs:
        return f"Given as a module, `{recipe.name}`"
    epochs = "1 epoch" if recipe.epochs == 1 else f"{recipe.epochs} epochs"
    return f"Recipe `{recipe.name}`, {epochs}, seed {facts.seed}"


def _lineage_text(lineage: Lineage) -> str:
    if not lineage.rows:
        return "That is not recorded: it was not trained by tenfold."
    files = "\n".join(
        f"| {file.name} | {file.rows:,} | `{file.sha256}` |" for file in lineage.files
    )
    return f"""{lineage.rows:,} rows of

| file | rows | SHA-256 |
|---|---|---|
{files}

SHA-256 of the row numbers: `{lineage.rows_sha256}`"""


def _seen_text(seen: RowsSeen | None) -> str:
    """The paragraph on the rows that the model has seen."""
    if seen is None:
        return "Rows that it has seen cannot be told apart: no hashes of them were kept."
    chosen, sampling = int(seen.chosen.sum()), 2**seen.sampling
    text = (
        f"`{ROWS}` holds {len(seen) - chosen:,} hashes of what it was trained on and {chosen:,} of "
        f"what it was only chosen by: such rows are known again in any file, form and order.\n"
        f"Another row is taken for one of them with a probability of "
        f"{seen.false_positive_rate:.1g}."
    )
    if sampling > 1:
        text += f" Of all rows it can tell one in {sampling}, the same ones always."
    if not seen.complete:
        text += " Those of the model that it began as are missing: nobody had recorded them."
    return text


def _fine_tuning_text(facts: ModelFacts) -> str:
    """The section on fine-tuning; empty for a model that was not fine-tuned."""
    if facts.fine_tuning is None:
        return ""
    start = facts.lineage.start
    text = "\n## What fine-tuning did\n\n"
    if start is not None:
        text += f"It began as `{start.model}`, graph SHA-256 `{start.sha256}`.\n\n"
    return text + "\n".join(f"- {line}" for line in fine_tuning_lines(facts.fine_tuning)) + "\n"


def fine_tuning_lines(fine_tuning: FineTuningFacts) -> list[str]:
    """The result of a fine-tuning in words: before and after, and which model was kept."""
    pairs = {
        "new rows, each read by a model that was not fine-tuned on it": fine_tuning.new_rows,
        "rows that were neither fine-tuned on nor replayed": fine_tuning.retention_rows,
    }
    lines = [f"{pair.n:,} {title}: {_paired(pair)}" for title, pair in pairs.items()]
    return [*lines, f"kept: {fine_tuning.verdict}"]


def measured_text(measured: MeasuredFacts | None) -> str:
    """The figures of the model in words, or that there are none."""
    if measured is None:
        return "It was trained on all rows; none were left to measure it on."
    text = (
        f"Accuracy {measured.accuracy:.2%} on {measured.rows} "
        f"(95 % Wilson interval {measured.accuracy_95_low:.2%} to "
        f"{measured.accuracy_95_high:.2%}); expected calibration error, cross-fitted, "
        f"{measured.ece:.4f}."
    )
    if measured.note:
        text += f" {measured.note}"
    return text


def _paired(counts: PairedFacts) -> str:
    sides = (
        ("before", counts.before, counts.before_95),
        ("after", counts.after, counts.after_95),
    )
    accuracies = ", ".join(
        f"{side} {accuracy:.2%} (95 % {low:.2%} to {high:.2%})"
        for side, accuracy, (low, high) in sides
    )
    return (
        f"{accuracies}; {counts.gained:,} gained, {counts.lost:,} lost, "
        f"McNemar p = {counts.mcnemar_p:.2g}"
    )
