"""What lesson 08 asks of a mended network: its accuracy on new test images, from 0 to 1."""

# Of right mends, with 30 seeds each, the worst gets 0.732; one with its fault still there less than 0.70.
FULL_MARKS_FROM = 0.72
NO_MARKS_BELOW = 0.70
