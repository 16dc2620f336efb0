"""The exercises of lesson 08: seven broken trainings. `course build` works out what they know."""

from helpers.kit.tables import exercises_beside

globals().update(exercises_beside(__file__))
