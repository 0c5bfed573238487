"""The notebook that tenfold began as, in Keras: network, optimizer and plateau rule as it has them.

"Introduction to CNN Keras - 0.997 (top 6%)" by Yassine Ghouzam and its many copies: 5x5x32 twice,
pooling, 3x3x64 twice, pooling, 256, 10, with dropout; RMSprop at 1e-3; batches of 86; 30 epochs;
the rate is halved when the validation accuracy stands still for three. The seed of tenfold is a
copy that trains without augmentation; keras_notebook_augmented.py has it. Its plateau rule watches
a name that current Keras does not know, and is repaired here.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pandas
import tensorflow
from keras import layers

from peer import SIDE, Floats, Images, Labels, Part, Peer, Training, savez

SOURCE = "https://www.kaggle.com/code/yassineghouzam/introduction-to-cnn-keras-0-997-top-6"
EPOCHS = 30
BATCH_SIZE = 86

Augment = Callable[[Floats, np.random.Generator], Floats]


def network() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 1)),
            layers.Conv2D(32, 5, padding="same", activation="relu"),
            layers.Conv2D(32, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(),  # 14x14
            layers.Dropout(0.25),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(strides=2),  # 7x7
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(256, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )


class KerasTraining:
    def __init__(
        self, training: Part, validation: Part, seed: int, augment: Augment | None
    ) -> None:
        keras.utils.set_random_seed(seed)
        self.seed, self.augment = seed, augment
        self.images, self.validation = _inputs(training.images), _inputs(validation.images)
        self.targets = keras.utils.to_categorical(training.labels, 10)
        self.labels = validation.labels
        self.model = network()
        rule = keras.optimizers.RMSprop(learning_rate=1e-3, rho=0.9, epsilon=1e-8)
        self.model.compile(optimizer=rule, loss="categorical_crossentropy", metrics=["accuracy"])
        rule.build(self.model.trainable_variables)
        self.plateau = keras.callbacks.ReduceLROnPlateau(
            monitor="val_accuracy", patience=3, factor=0.5, min_lr=1e-5
        )
        self.plateau.set_model(self.model)
        self.plateau.on_train_begin()
        self.epoch = 0

    @property
    def parameters(self) -> int:
        return int(self.model.count_params())

    def train_epoch(self, epoch: int) -> None:
        """The seed follows from the epoch, so that a resumed training repeats an unbroken one."""
        keras.utils.set_random_seed(1000 * self.seed + epoch + 1)
        self.epoch, images = epoch, self.images
        if self.augment:
            images = self.augment(images, np.random.default_rng((self.seed, epoch)))
        self.model.fit(images, self.targets, batch_size=BATCH_SIZE, epochs=1, verbose=0)

    def probabilities(self) -> Floats:
        """Of the validation rows; the rate for the next epoch follows from them."""
        answers: Floats = self.model.predict(self.validation, batch_size=BATCH_SIZE, verbose=0)
        accuracy = float((answers.argmax(axis=1) == self.labels).mean())
        self.plateau.on_epoch_end(self.epoch, {"val_accuracy": accuracy})
        return answers

    def save(self, path: Path) -> None:
        arrays = {str(i): np.asarray(variable) for i, variable in enumerate(self._variables())}
        arrays |= {"best": np.array(self.plateau.best), "wait": np.array(self.plateau.wait)}
        savez(path, arrays)

    def restore(self, path: Path) -> None:
        with np.load(path, allow_pickle=False) as arrays:
            for i, variable in enumerate(self._variables()):
                variable.assign(arrays[str(i)])
            self.plateau.best, self.plateau.wait = float(arrays["best"]), int(arrays["wait"])

    def _variables(self) -> list[keras.Variable]:
        """Weights, the state of dropout's generators, and the optimizer's with its rate."""
        return [*self.model.variables, *self.model.optimizer.variables]


def _inputs(images: Images) -> Floats:
    return images.reshape(-1, SIDE, SIDE, 1).astype(np.float32) / np.float32(255)


def read_with_pandas(path: Path) -> tuple[Images, Labels]:
    """(images, labels), read as the notebook reads."""
    table = pandas.read_csv(path)
    pixels = table.drop(columns="label").to_numpy(np.uint8)
    return pixels.reshape(-1, SIDE, SIDE), table["label"].to_numpy(np.int64)


def threads() -> int:
    """TensorFlow says 0 where it takes every core that it may use."""
    chosen: int = tensorflow.config.threading.get_intra_op_parallelism_threads()
    if hasattr(os, "sched_getaffinity"):
        return chosen or len(os.sched_getaffinity(0))
    return chosen or os.cpu_count() or 1


def keras_peer(title: str, augment: Augment | None) -> Peer:
    def begin(training: Part, validation: Part, seed: int) -> Training:
        return KerasTraining(training, validation, seed, augment)

    return Peer(
        title,
        SOURCE,
        EPOCHS,
        conditions="fp32, rate steered by the validation accuracy",
        packages=("tensorflow-cpu", "keras", "pandas", "numpy"),
        read=read_with_pandas,
        begin=begin,
        threads=threads,
    )


PEER = keras_peer("the notebook in Keras", augment=None)
