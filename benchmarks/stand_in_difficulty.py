"""Is the drawn stand-in for Fashion-MNIST as hard to learn as the real data set?

python -m benchmarks.stand_in_difficulty [--seeds N]
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from helpers.data import fashion_stand_in, locate, read
from helpers.data.arrays import Arrays

# What lesson 05 says of its model after this many epochs, and what its marks are set for.
EPOCHS = 10
LOWEST, HIGHEST = 0.86, 0.90


@dataclass(frozen=True)
class Run:
    """One training: loss after the first epoch, accuracies after the last on training and test data."""

    first_loss: float
    training: float
    test: float


def train(data: Arrays, divisor: float, seed: int) -> Run:
    """Train lesson 05's model on images divided by that number."""
    import keras

    (x_train, y_train), (x_test, y_test) = data
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    # Many steps at once give the same numbers in half the time.
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"], steps_per_execution=64)
    history = model.fit(x_train / divisor, y_train, batch_size=32, epochs=EPOCHS, verbose=0).history
    accuracy = model.evaluate(x_test / divisor, y_test, verbose=0)[1]
    return Run(history["loss"][0], history["accuracy"][-1], accuracy)


def spread(values: list[float]) -> str:
    """The median, and from where to where the values reach."""
    return f"{statistics.median(values):.3f} ({min(values):.3f}–{max(values):.3f})"


def main() -> None:
    """Measure both data sets with scaled and unscaled images; exit with 1 when the stand-in is off."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=3, help="how often each training is repeated")
    seeds = range(parser.parse_args().seeds)
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    console = Console()

    started = time.perf_counter()
    drawn = fashion_stand_in.make()
    console.print(f"The stand-in was drawn in {time.perf_counter() - started:.1f} s.")
    data = {"stand-in": drawn}
    if locate("fashion_mnist").real:
        data["real"] = read("fashion_mnist")[0]
    else:
        console.print(
            "The real data are not here: set COURSE_DATA, or run `course data`, to compare with them."
        )

    table = Table(title=f"Fashion-MNIST, 128 relu, {EPOCHS} epochs: median and range of {len(seeds)}")
    for heading in ("data", "images", "loss after epoch 1", "training accuracy", "test accuracy"):
        table.add_column(heading)
    runs: dict[tuple[str, str], list[Run]] = {}
    for name, arrays in data.items():
        for images, divisor in (("scaled", 255.0), ("unscaled", 1.0)):
            with console.status(f"Training on {name}, {images}"):
                measured = runs[name, images] = [train(arrays, divisor, seed) for seed in seeds]
            table.add_row(
                name,
                images,
                spread([run.first_loss for run in measured]),
                spread([run.training for run in measured]),
                spread([run.test for run in measured]),
            )
    console.print(table)

    scaled, unscaled = runs["stand-in", "scaled"], runs["stand-in", "unscaled"]
    within = all(LOWEST <= run.test <= HIGHEST for run in scaled)
    lower = max(run.test for run in unscaled) < min(run.test for run in scaled)
    if not within:
        console.print(f"[red]The stand-in leaves {LOWEST:.2f} to {HIGHEST:.2f}.[/red]")
    if not lower:
        console.print("[red]Unscaled images of the stand-in do not lower the test accuracy.[/red]")
    raise SystemExit(0 if within and lower else 1)


if __name__ == "__main__":
    main()
