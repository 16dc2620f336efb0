"""The exercises of lesson 02: loss functions. `course build` works out what they know."""

from helpers.kit.tables import exercises_beside

globals().update(exercises_beside(__file__))
