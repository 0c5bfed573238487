"""DigitClassifier among scikit-learn's tools; `check_estimator` runs in a process of its own."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.train
pytest.importorskip("torch", reason="the train extra is not installed")
pytest.importorskip("sklearn", reason="the sklearn extra is not installed")

from sklearn.base import clone  # noqa: E402
from sklearn.model_selection import GridSearchCV, cross_val_predict  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import FunctionTransformer, StandardScaler  # noqa: E402

from conftest import drawn_digits  # noqa: E402
from tenfold.classifier import Classifier  # noqa: E402
from tenfold.errors import UsageError  # noqa: E402
from tenfold.interop.estimator import DigitClassifier  # noqa: E402

SETTINGS = {"channels": 4, "batch_size": 32, "epochs": 3}
CHECK = """
import warnings
from sklearn.exceptions import SkipTestWarning
from sklearn.utils.estimator_checks import check_estimator
from tenfold import DigitClassifier
assert "_more_tags" not in vars(DigitClassifier)
assert "__sklearn_tags__" not in vars(DigitClassifier)
warnings.simplefilter("error", SkipTestWarning)
results = check_estimator(DigitClassifier(), on_fail=None)
wrong = [(r["check_name"], r["status"], r["exception"]) for r in results if r["status"] != "passed"]
assert not wrong, wrong
print(len(results))
"""


def small(**changes: object) -> DigitClassifier:
    return DigitClassifier("smoke", **{**SETTINGS, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def rows() -> tuple[np.ndarray, np.ndarray]:
    digits = drawn_digits(160)
    return digits.images.reshape(len(digits), -1), digits.labelled()


@pytest.fixture(scope="module")
def fitted(rows: tuple[np.ndarray, np.ndarray]) -> DigitClassifier:
    return small().fit(*rows)


def test_every_check_of_scikit_learn_passes_with_default_tags_and_none_skipped() -> None:
    pytest.importorskip("pandas", reason="pandas, without which checks are skipped, is not there")
    ended = subprocess.run(
        [sys.executable, "-c", CHECK],
        capture_output=True,
        text=True,
        env=os.environ | {"SCIPY_ARRAY_API": "1"},
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) > 50


def test_images_are_read_by_the_recipes_network(
    fitted: DigitClassifier, rows: tuple[np.ndarray, np.ndarray]
) -> None:
    X, y = rows
    assert fitted.score(X, y) > 0.5
    assert fitted.n_features_in_ == 784
    assert fitted.classes_.tolist() == list(range(10))
    assert [epoch["epoch"] for epoch in fitted.history_] == [1, 2, 3]
    probabilities = fitted.predict_proba(X)
    assert probabilities.dtype == np.float64
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-12)
    rowwise = np.concatenate([fitted.predict_proba(X[i : i + 1]) for i in range(20)])
    np.testing.assert_allclose(rowwise, probabilities[:20], atol=1e-6)


@pytest.mark.parametrize(
    "form",
    [
        lambda X: X.reshape(-1, 28, 28),
        lambda X: X.reshape(-1, 28, 28, 1),
        lambda X: X.reshape(-1, 1, 28, 28),
        lambda X: X.astype(np.float64),
        lambda X: X.astype(np.int64).tolist(),
    ],
)
def test_the_form_of_the_images_does_not_matter(
    form: object, fitted: DigitClassifier, rows: tuple[np.ndarray, np.ndarray]
) -> None:
    shaped = form(rows[0][:10])  # type: ignore[operator]
    assert np.array_equal(fitted.predict_proba(shaped), fitted.predict_proba(rows[0][:10]))


def test_fractions_of_one_train_the_same_network(
    fitted: DigitClassifier, rows: tuple[np.ndarray, np.ndarray]
) -> None:
    X, y = rows
    scaled = small().fit(X / 255, y)
    assert scaled.graph_ == fitted.graph_
    assert np.array_equal(scaled.predict_proba(X[:5] / 255), fitted.predict_proba(X[:5]))


@pytest.mark.parametrize(("wrong", "said"), [(1 / 255, "multiply it by 255"), (2.0, "0..255")])
def test_another_scale_than_that_of_fit_is_refused(
    wrong: float, said: str, fitted: DigitClassifier, rows: tuple[np.ndarray, np.ndarray]
) -> None:
    with pytest.raises(ValueError, match=said):
        fitted.predict(rows[0] * wrong)


def test_integer_weights_are_repeated_rows_to_the_last_bit(
    rows: tuple[np.ndarray, np.ndarray],
) -> None:
    X, y = rows[0][:80], rows[1][:80]
    weights = np.arange(80) % 3
    weighted = small(epochs=1).fit(X, y, sample_weight=weights)
    repeated = small(epochs=1).fit(np.repeat(X, weights, axis=0)[::-1], np.repeat(y, weights)[::-1])
    unweighted = small(epochs=1).fit(X, y)
    assert weighted.graph_ == repeated.graph_
    assert weighted.graph_ != unweighted.graph_


def test_it_is_pickled_by_its_graph_and_read_without_torch(
    fitted: DigitClassifier, rows: tuple[np.ndarray, np.ndarray], tmp_path: Path
) -> None:
    X = rows[0][:10]
    pickled = pickle.dumps(fitted)
    assert fitted.graph_ in pickled
    assert (
        b"torch"
        not in pickled.replace(fitted.graph_, b"").replace(b"to_torch", b"").split(b"packages")[0]
    )
    (tmp_path / "fitted.pickle").write_bytes(pickled)
    np.save(tmp_path / "X.npy", X)
    code = (
        "import pickle, sys, numpy as np\n"
        "fitted = pickle.load(open('fitted.pickle', 'rb'))\n"
        "np.save('answer.npy', fitted.predict_proba(np.load('X.npy')))\n"
        "assert 'torch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
    assert np.array_equal(np.load(tmp_path / "answer.npy"), fitted.predict_proba(X))
    assert np.array_equal(copy.deepcopy(fitted).predict(X), fitted.predict(X))
    assert not hasattr(clone(fitted), "classes_")


def test_labels_may_be_words(rows: tuple[np.ndarray, np.ndarray]) -> None:
    words = np.array(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    )
    named = small(epochs=1).fit(rows[0], words[rows[1]])
    assert named.classes_.tolist() == sorted(words)
    assert set(named.predict(rows[0])) <= set(words)
    with pytest.raises(UsageError, match="digits 0 to 9"):
        named.save("nowhere")


def test_it_stands_in_a_pipeline_a_search_and_a_cross_validation(
    rows: tuple[np.ndarray, np.ndarray],
) -> None:
    X, y = rows
    pipeline = make_pipeline(FunctionTransformer(np.ascontiguousarray), small(epochs=1))
    assert cross_val_predict(pipeline, X, y, cv=2).shape == y.shape
    search = GridSearchCV(small(), {"epochs": [1, 2]}, cv=2).fit(X, y)
    assert search.best_params_["epochs"] in (1, 2)
    assert len(search.best_estimator_.history_) == search.best_params_["epochs"]


def test_images_that_were_scaled_are_read_as_columns_and_said(
    rows: tuple[np.ndarray, np.ndarray],
) -> None:
    pipeline = make_pipeline(StandardScaler(), DigitClassifier(epochs=5))
    with pytest.warns(UserWarning, match="leave out what scales X"):
        pipeline.fit(*rows)
    assert pipeline[-1].model_ is None
    assert pipeline.score(*rows) > 0.9


def test_a_saved_model_folder_says_what_the_estimator_says(
    fitted: DigitClassifier, rows: tuple[np.ndarray, np.ndarray], tmp_path: Path
) -> None:
    fitted.save(tmp_path / "model")
    read = Classifier.load(tmp_path / "model").probabilities(rows[0].reshape(-1, 28, 28))
    np.testing.assert_allclose(read, fitted.predict_proba(rows[0]), atol=1e-6)


def test_rows_kept_out_give_validation_figures_and_a_temperature(
    rows: tuple[np.ndarray, np.ndarray],
) -> None:
    held = small(epochs=1, validation=0.25).fit(*rows)
    assert 0 <= held.history_[-1]["val_accuracy"] <= 1
    assert held.model_ is not None
    assert held.model_.facts.temperature != 1


def test_more_classes_than_the_network_tells_are_refused(
    rows: tuple[np.ndarray, np.ndarray],
) -> None:
    with pytest.raises(ValueError, match="11 classes"):
        small().fit(rows[0][:22], np.arange(22) % 11)
