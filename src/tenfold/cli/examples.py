"""What `--help` of each verb ends with: what DATA may be, and two examples.

Each example is parsed by a test, so none can name an option that is not there.
"""

from __future__ import annotations

EXAMPLES: dict[str, tuple[str, str]] = {
    "run": (
        "tenfold run digit-recognizer.zip",
        "tenfold run mine.csv more/ --recipe strong --epochs 20 --out runs/mine",
    ),
    "train": (
        "tenfold train digit-recognizer.zip --folds 10 --seed 1",
        "tenfold train corrections/ --from pictures",
    ),
    "tune": (
        "tenfold tune digit-recognizer.zip --trials 30 --minutes 20",
        "tenfold tune --resume runs/tune-fast-1 --trials 60",
    ),
    "recipes": ("tenfold recipes", "tenfold recipes --json"),
    "check": (
        "tenfold check digit-recognizer.zip --out sheets",
        "tenfold check new.csv --model runs/mine",
    ),
    "evaluate": (
        "tenfold evaluate runs/mine --data digit-recognizer.zip --out report",
        "tenfold evaluate keras.onnx --data labelled.csv --pixels 0..1",
    ),
    "compare": (
        "tenfold compare runs/fast-1 runs/fast-2",
        "tenfold compare runs/fast-1 predictions.csv --out differing",
    ),
    "audit": ("tenfold audit runs/mine", "tenfold audit runs/mine --out audit --count 100"),
    "predict": (
        "tenfold predict test.csv -o submission.csv",
        "tenfold predict pictures/ --model runs/mine --json",
    ),
    "read": (
        "tenfold read photo.jpg scans/ --explain sheets",
        "tenfold read forms.pdf --expect '[0-9]{5}' --xlsx out.xlsx",
    ),
    "score": (
        "tenfold score big.csv -o answers",
        "tenfold score 'data/*.csv' -o answers --model runs/mine --workers 8",
    ),
    "serve": ("tenfold serve", "tenfold serve --model runs/mine --port 9000 --keep corrections"),
    "export": (
        "tenfold export pictures --to page",
        "tenfold export runs/mine --to hub --format huggingface",
    ),
    "fetch": (
        "tenfold fetch mnist",
        "tenfold fetch 'https://host/data.zip?signature' --to data --sha256 " + "0" * 8 + "...",
    ),
    "submit": (
        'tenfold submit runs/fast-1/submission.csv -m "fast, seed 0"',
        'tenfold submit submission.csv -m "shipped" --model mnist --data test.csv --wait 120',
    ),
    "machine": ("tenfold machine", "tenfold machine --forget"),
}

FORMS = (
    "DATA may be Kaggle's zip or its folder, a table (CSV and the like, ARFF, Parquet; also in "
    ".gz, .bz2, .xz or .zip), arrays (.npz, .npy), IDX files, pictures in folders 0 to 9, or a "
    "name: sample, or what fetch has brought. docs/data.md has all forms."
)
TAKES_DATA = ("run", "train", "tune", "check", "evaluate", "predict")
SEVERAL = " Several are joined; without DATA it is the built-in sample of 1,797 digits."


def epilog(verb: str) -> str:
    """The end of the help of a verb, as click wraps it."""
    first, second = EXAMPLES[verb]
    forms = ""
    if verb in TAKES_DATA:
        forms = FORMS + (SEVERAL if verb in ("run", "train", "tune") else "") + "\n\n"
    return f"{forms}\b\nExamples:\n  {first}\n  {second}"
