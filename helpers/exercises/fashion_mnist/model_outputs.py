"""What a model makes of the course's pictures of clothes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from helpers.exercises.last_digits import shaken
from helpers.exercises.training_exercise import Images, Numbers, predict, scaled

# Large, since a check may ask about all 70,000 images.
BATCH = 1000


@dataclass(frozen=True)
class ModelOutputs:
    """What a model gives for the course's images: each is worked out when it is needed, and only once."""

    model: Any
    images: Images

    @cached_property
    def test(self) -> Numbers:
        """Its confidences for the scaled test images."""
        return predict(self.model, scaled(self.images.test_images))

    @cached_property
    def shaken(self) -> tuple[ModelOutputs, ...]:
        """The same with the model's weights shaken, to see which outputs depend on last digits."""
        return tuple(ModelOutputs(model, self.images) for model in shaken(self.model))

    @cached_property
    def unscaled(self) -> Numbers:
        """Its confidences for the test images with pixels up to 255."""
        return predict(self.model, self.images.test_images.astype(np.float32))

    def training(self, which: slice = slice(None)) -> Numbers:
        """Its confidences for these of the scaled training images."""
        return predict(self.model, scaled(self.images.train_images[which]))

    @property
    def accuracy(self) -> float:
        """Its accuracy on the test images."""
        return _accuracy(self.test, self.images.test_labels)

    @property
    def accuracy_on_unscaled(self) -> float:
        """Its accuracy on the test images with pixels up to 255."""
        return _accuracy(self.unscaled, self.images.test_labels)

    def accuracy_on_training(self, which: slice = slice(None)) -> float:
        """Its accuracy on these of the training images."""
        return _accuracy(self.training(which), self.images.train_labels[which])

    @cached_property
    def evaluated(self) -> list[float]:
        """What its evaluate gives for the test data."""
        images = scaled(self.images.test_images)
        results = self.model.evaluate(images, self.images.test_labels, batch_size=BATCH, verbose=0)
        return [float(result) for result in np.ravel(results)]


def _accuracy(confidences: Numbers, labels: Numbers) -> float:
    return float(np.mean(np.argmax(confidences, axis=-1) == labels))
