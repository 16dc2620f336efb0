"""How many images lesson 06 has of each kind: all, and after the split of 80 to 20 and once more by `fit`."""

IMAGES = 1797
PIXELS = 64
CLASSES = 10
BRIGHTEST = 16
TRAINING, TEST = 1437, 360
# Keras takes the last fifth of the training images as validation data, rounded up.
FITTED, VALIDATION = 1149, 288
# In batches of 32, the last of them smaller.
UPDATES = 36
