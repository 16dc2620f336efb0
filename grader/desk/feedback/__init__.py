"""The page that a student gets back: marks, what to look at again, and the notebook as it ran."""
