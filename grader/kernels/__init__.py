"""Kernels for grading: forks of a warm parent that has imported the heavy libraries, or ordinary ones."""
