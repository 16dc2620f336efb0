"""How close two results have to be to count as the same: every tolerance of the checks, and its reason."""

from __future__ import annotations

# Results of formulas: float32 carries 7 digits; sums over some hundred terms lose one or two of them. A slip
# is never that small.
RELATIVE_TOLERANCE = 1e-5
# The same at and around zero, where a relative tolerance allows nothing.
ABSOLUTE_TOLERANCE = 1e-7
# Numbers worked out by hand, which may be rounded to four decimals.
FOUR_DECIMALS = 6e-5
# Confidences of a network computed in float64 and in float32, which then differ by about 1e-6.
CONFIDENCE_TOLERANCE = 1e-4
# Two predictions of one network in float32. Relative: where it is sure, only small confidences tell inputs
# apart.
PREDICTION_TOLERANCE = 1e-3
# Ten confidences in float32 that should add up to 1.
SUM_TOLERANCE = 1e-3
# Accuracies and mean losses, which may be rounded to three digits.
ACCURACY_TOLERANCE = 1e-3
# An accuracy on n images is a whole number of n-ths; float32 keeps it that close, measured in images.
COUNT_TOLERANCE = 0.02
# Weights of two trainings: those that differ in a seed end whole tenths apart, rounding does far less.
SAME_WEIGHTS = 1e-3
# Arrays that should be as before: a change on purpose is larger; adding h and taking it away may leave this.
UNCHANGED = 1e-12
