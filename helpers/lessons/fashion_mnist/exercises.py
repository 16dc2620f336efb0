"""The exercises of lesson 05: pictures of clothes. `course build` works out what they know."""

from helpers.kit.tables import exercises_beside

globals().update(exercises_beside(__file__))
