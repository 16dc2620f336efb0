"""The exercises of lesson 00: a first function. `course build` works out what they know."""

from helpers.kit.tables import exercises_beside

globals().update(exercises_beside(__file__))
