"""The exercises of lesson 07: handwritten digits. `course build` works out what they know."""

from helpers.kit.tables import exercises_beside

globals().update(exercises_beside(__file__))
