"""How close two results have to be to count as the same: every tolerance of the checks, and its reason."""

from __future__ import annotations

# Results of formulas: float32 carries 7 digits; sums over some hundred terms lose one or two of them. A slip
# is never that small.
RELATIVE_TOLERANCE = 1e-5
# The same at and around zero, where a relative tolerance allows nothing.
ABSOLUTE_TOLERANCE = 1e-7
# Numbers worked out by hand, where every step may be rounded to four decimals.
FOUR_DECIMALS = 1.2e-4
# Two predictions of one network, in float32 or one of them in float64. Relative: where a network is
# sure, only small confidences tell inputs apart.
PREDICTION_TOLERANCE = 1e-3
# Below this an output of a network with the weights of a table counts as zero: sums of terms that cancel.
SMALLEST_OUTPUT = 1e-5
# Results in float16, which carries three digits.
HALF = 2e-3
# Below this a confidence counts as zero.
SMALLEST_CONFIDENCE = 1e-15
# How far weights are changed, as a share of each, to see which outputs depend on last digits: a
# hundred times as far as rounding in float32 would.
SHAKE = 3e-5
# Ten confidences in float32 that should add up to 1.
SUM_TOLERANCE = 1e-3
# Accuracies and mean losses, which may be rounded to three digits.
ACCURACY_TOLERANCE = 1e-3
# An accuracy on n images is a whole number of n-ths; float32 keeps it that close, measured in images.
COUNT_TOLERANCE = 0.02
# How far apart the weights of two trainings may be, as a share of their length. Rounding leaves up to 0.002
# after 100 updates, since a neuron of relu may switch an update earlier. A different order of the images
# leaves 0.1, a different start more than 1.
SAME_WEIGHTS = 0.02
# Arrays that should be unchanged: a change on purpose is larger; adding h and taking it away may leave this.
UNCHANGED = 1e-12
# Rounding to three decimals moves an accuracy by 0.0005 at most.
THREE_DECIMALS = 0.00055
# The same for two decimals, which a task may show: 87% is 0.87.
TWO_DECIMALS = 0.00505
# float32 keeps 0.87 that close.
SAME_DECIMALS = 1e-6
