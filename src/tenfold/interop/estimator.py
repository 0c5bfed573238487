"""The estimator of scikit-learn."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from tenfold.classifier import Classifier, ColumnsClassifier
from tenfold.digits import CLASSES, DataFile, Digits, Labels
from tenfold.errors import DataError, MissingExtraError, UsageError
from tenfold.files import staged_folder
from tenfold.interop.distinct_rows import distinct_rows
from tenfold.interop.pixels import flattened, to_tiles, white_of
from tenfold.interop.training import require_training
from tenfold.model_folder import ModelFolder, write_model
from tenfold.recipes import Recipe, find_recipe

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data
except ModuleNotFoundError:
    raise MissingExtraError("tenfold.DigitClassifier", "sklearn") from None

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

SEEDS = 2**31 - 1


class DigitClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier of handwritten digits for scikit-learn.

    What X may be. Images of 28 x 28 pixels, ink bright on a dark ground: [n, 784], [n, 28, 28],
    [n, 28, 28, 1] or [n, 1, 28, 28], of integers or floats in 0..255, of floats in 0..1, or bool.
    Which of the two scales it is follows from the X of `fit`, and later ones must have the same.
    Pixels are rounded to the 256 levels of a tile. Images are not framed: bring digits to the
    middle as MNIST does (`tenfold.read` does it for pictures). They are read by the network of
    `recipe`, trained with its augmentation, and there may be at most ten classes.

    What happens to an X that is no image, which is any other number of columns, or 784 columns with
    numbers outside 0..255 (with a warning: a scaler before this estimator makes them). Its columns
    are standardised and read by a plain network of one hidden layer, trained in full batches. Of
    the parameters only `epochs` (steps; at most 100 by default), `random_state` and `callbacks`
    matter then. It is there so that the estimator works wherever a classifier does; for tables
    alone, scikit-learn has better ones.

    Parameters
    ----------
    recipe : str or Recipe, default="fast"
        A preset's name, a TOML file, or a `tenfold.Recipe`.
    epochs, batch_size, learning_rate, channels, augment : default=None
        Fields of the recipe, to search over; None leaves the recipe's own.
    validation : float, default=0.0
        Share of the rows that is kept out, to set the temperature of the probabilities and for the
        `val_` columns of `history_`. With 0 all rows are trained on, as scikit-learn expects.
    random_state : int, RandomState or None, default=0
        The seed. The same seed, rows and weights give the same model on the same machine.
    callbacks : sequence, default=None
        Objects with methods of `tenfold.Callback`, such as on_epoch_end(epoch, logs).

    Attributes
    ----------
    classes_ : the labels, sorted.
    n_features_in_ : number of columns; 784 for images.
    feature_names_in_ : names of the columns, if X was a DataFrame of strings for names.
    history_ : one dict an epoch, with the keys of epochs.csv.
    graph_ : bytes, the ONNX graph that predicts. The estimator is pickled by it: whoever loads it
        needs no torch.
    model_ : the ModelFolder of images, which `save` writes; None for other columns.
    """

    def __init__(
        self,
        recipe: str | Recipe = "fast",
        *,
        epochs: int | None = None,
        batch_size: int | None = None,
        learning_rate: float | None = None,
        channels: int | None = None,
        augment: bool | None = None,
        validation: float = 0.0,
        random_state: Any = 0,
        callbacks: Sequence[object] | None = None,
    ) -> None:
        self.recipe = recipe
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.channels = channels
        self.augment = augment
        self.validation = validation
        self.random_state = random_state
        self.callbacks = callbacks

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train on rows X with labels y.

        An integer weight is the same as so many equal rows, exactly. Raises ValueError (as
        scikit-learn does, and tenfold's DataError and UsageError are), and MissingExtraError
        without the `train` extra.
        """
        recipe = self._chosen_recipe()
        X, y = validate_data(self, flattened(X), y, ensure_min_samples=1)
        check_classification_targets(y)
        weights = _weights(sample_weight, X)
        self.classes_, labels = np.unique(y[weights > 0], return_inverse=True)
        encoded = np.zeros(len(y), np.int64)
        encoded[weights > 0] = labels
        self._white = white_of(X)
        require_training()
        if self._white is None:
            self._fit_columns(X.astype(np.float64), encoded, weights)
        else:
            self._fit_tiles(to_tiles(X, self._white), encoded, weights, recipe)
        return self

    def predict(self, X: Any) -> Array:
        """The likeliest class of each row [n]."""
        best = self.predict_proba(X).argmax(axis=1)
        return self.classes_[best]

    def predict_proba(self, X: Any) -> Floats:
        """Probabilities float64 [n, classes], in the order of `classes_`; rows sum to 1."""
        check_is_fitted(self, "classes_")
        X = validate_data(self, flattened(X), reset=False)
        if isinstance(self._reader, ColumnsClassifier):
            return self._reader.probabilities(X.astype(np.float64))
        assert self._white is not None
        tiles = to_tiles(X, self._white)
        outputs = self._reader.probabilities(tiles)[:, self._outputs].astype(np.float64)
        sums: Floats = outputs.sum(axis=1, keepdims=True)
        return outputs / np.maximum(sums, np.finfo(float).tiny)

    def save(self, folder: str | os.PathLike[str], *, force: bool = False) -> ModelFolder:
        """Write the fitted network as a model folder, for `tenfold predict`, `serve` and the rest.

        Raises UsageError where X was no image, or where the classes are no digits; OutputError.
        """
        check_is_fitted(self, "classes_")
        if self.model_ is None or not _are_digits(self.classes_):
            raise UsageError(
                "a model folder holds a network for images of the digits 0 to 9",
                hint="fit on images of 28 x 28 with integers 0..9 as labels, or pickle this one",
            )
        with staged_folder(Path(folder), force=force) as staged:
            written = write_model(staged, self.model_.graph, self.model_.facts, self.model_.seen)
        return ModelFolder(os.fspath(folder), written.graph, written.facts, written.seen)

    @property
    def graph_(self) -> bytes:
        check_is_fitted(self, "classes_")
        reader = self._reader
        return reader.graph if isinstance(reader, ColumnsClassifier) else reader.model.graph

    def _chosen_recipe(self) -> Recipe:
        recipe = self.recipe if isinstance(self.recipe, Recipe) else find_recipe(str(self.recipe))
        names = ("epochs", "batch_size", "learning_rate", "channels", "augment")
        given = {name: getattr(self, name) for name in names}
        fields = {name: _plain(value) for name, value in given.items() if value is not None}
        return recipe.replace(fields, validation=_plain(self.validation))

    def _fit_tiles(self, tiles: Array, encoded: Labels, weights: Floats, recipe: Recipe) -> None:
        from tenfold.training.in_memory import train_in_memory

        if recipe.schedule == "plateau" and not recipe.validation:
            raise UsageError(
                f"the recipe '{recipe.name}' needs a validation accuracy",
                hint="use validation=0.1, or another recipe",
            )
        if len(self.classes_) > CLASSES:
            raise DataError(
                f"y has {len(self.classes_)} classes, and the network of images tells {CLASSES}",
                hint="use a classifier for more classes",
            )
        # the labels 0..9 are the network's own, so that `save` writes a reader of digits
        digits = _are_digits(self.classes_)
        self._outputs = self.classes_.astype(np.int64) if digits else np.arange(len(self.classes_))
        tiles, encoded, weights = distinct_rows(tiles, encoded, weights)
        alike = bool((weights == weights[0]).all())
        files = (DataFile("rows in memory", "", tiles.nbytes, len(tiles)),)
        model, self.history_ = train_in_memory(
            Digits(tiles, self._outputs[encoded], files),
            None if alike else weights,
            recipe,
            seed=self._seed(),
            name=type(self).__name__,
            callbacks=self.callbacks or (),
        )
        self.model_: ModelFolder | None = model
        self._reader: Classifier | ColumnsClassifier = Classifier(model)

    def _fit_columns(self, columns: Floats, encoded: Labels, weights: Floats) -> None:
        from tenfold.training.columns import EPOCHS, train_columns

        columns, encoded, weights = distinct_rows(columns, encoded, weights)
        graph, self.history_ = train_columns(
            columns,
            encoded,
            weights,
            len(self.classes_),
            epochs=EPOCHS if self.epochs is None else self.epochs,
            seed=self._seed(),
            callbacks=self.callbacks or (),
        )
        self.model_ = None
        self._reader = ColumnsClassifier(graph)

    def _seed(self) -> int:
        if isinstance(self.random_state, int | np.integer):
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(SEEDS))


def _weights(sample_weight: Any, X: Array) -> Floats:
    """Weights float64 [n], 1 where none are given. Raises ValueError."""
    weights: Floats = _check_sample_weight(
        sample_weight, X, dtype=np.float64, ensure_non_negative=True
    )
    if not (weights > 0).any():
        raise ValueError("sample_weight is 0 for every row; at least one must be positive")
    return weights


def _are_digits(classes: Array) -> bool:
    """Whether the classes are integers in 0..9."""
    return classes.dtype.kind in "iu" and bool(((classes >= 0) & (classes < CLASSES)).all())


def _plain(value: Any) -> Any:
    """A Python number of a numpy one, as a grid of numpy's holds them."""
    return value.item() if isinstance(value, np.generic) else value
