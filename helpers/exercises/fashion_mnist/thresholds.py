"""What lesson 05 asks of a training."""

EPOCHS = 10
FULL_MARKS_FROM = 0.86
NO_MARKS_BELOW = 0.70
