# ---
# jupyter:
#   jupytext:
#     notebook_metadata_filter: course
#   course:
#     datasets: [digits]
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Digits: reading training curves
#
# ## What you will do
# You train a small network on handwritten digits, draw how its accuracy grows, and use the drawing to build a
# better one.
#
# ## What you will learn
# - what the arguments of `fit` mean, and what validation data are for
# - how to draw training curves, and how to read underfitting and overfitting off them
# - what to change next: more epochs, a wider layer, another layer, or more images
#
# ## What you need
# Lesson 05: there you judged a network after training, by one number; here you watch it epoch by epoch.
#
# **Time:** about 70 minutes. The code itself runs in about 25 s.
#
# **Stuck?** Run `exercises.split.hint()` in a new cell, then `exercises.split.hint(2)`. Every exercise has
# two such hints.
#
# **A word you do not know?** Every term of the course is in the [glossary](../glossary.ipynb).

# %% tags=["nbval-ignore-output"]
from helpers import NotDoneYet, live_history, require
from helpers.alt_text import describe
from helpers.kit.records import as_record
from helpers.lessons.digits import exercises, pictures
from helpers.lessons.digits.explorer import explore_epochs_and_capacity, show_epochs_and_capacity

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

# TensorFlow may print messages about this computer the first time it computes; this line gets that over with.
keras.ops.zeros(1)
print("Keras", keras.__version__)

# %% [markdown]
# ## 1,797 small digits
# **scikit-learn** is a library for machine learning that comes with small data sets. One of them holds
# handwritten digits of 8×8 pixels. A whole training on it takes a second or two, so you can train often.

# %%
digits = load_digits()

print("images", digits.images.shape, digits.images.dtype)
print("labels", digits.target.shape, digits.target.dtype)
print("pixels from", digits.images.min(), "to", digits.images.max())

# %%
figure, axes = plt.subplots(2, 5, figsize=(7.5, 3.6), layout="constrained")
for ax, image, label in zip(axes.flat, digits.images, digits.target):
    ax.imshow(image, cmap="binary")
    ax.set(xticks=[], yticks=[], xlabel=label)
describe(figure, "Ten images of digits, row by row: " + ", ".join(map(str, digits.target[:10])) + ".")
plt.show()

# %% [markdown]
# The pixels go up to 16, not 255. A network can work with such numbers as they are. Dividing by 16 is
# allowed here, but not needed; with it, training takes more epochs to get as far.
#
# ## Two parts, and labels as rows
# Nobody has divided these images into training and test data. You do it: 80% for training, 20% for testing.
# The function `train_test_split` shuffles images and labels together and returns four arrays, both parts of
# the images before both parts of the labels.
#
# This time the labels become [**one-hot**](../glossary.ipynb#one-hot-label) rows: ten numbers per label, a 1
# in the place of the digit and 0 elsewhere. So 3 becomes `[0, 0, 0, 1, 0, 0, 0, 0, 0, 0]`. That has the same
# form as the output of softmax, and the cross-entropy can compare the two place by place:
#
# $$\mathrm{CE} = -\frac{1}{n} \sum_{i=1}^{n} \sum_{k=0}^{9} y_{ik} \ln p_{ik}$$
#
# Here $n$ is the number of images, $y_{ik}$ is 1 if image $i$ shows digit $k$ and 0 if not, and $p_{ik}$ is
# the confidence of the network that it does. Only the term of the true digit is left: it is the cross-entropy
# of lesson 02. In Keras, its name for one-hot labels is `categorical_crossentropy`, without *sparse*.
#
# ### Exercise: `split`
# 1. Flatten the images: `digits.images` of shape `(1797, 8, 8)` becomes `(1797, 64)`. `reshape` does it.
# 2. Make the labels one-hot with `keras.utils.to_categorical(labels, 10)`: shape `(1797, 10)`.
# 3. Split both in one call, `train_test_split(images, labels, test_size=0.2, random_state=0)`.
#    `random_state` fixes the shuffling; any whole number will do.
#
# The shapes in the end: `X_train` is `(1437, 64)`, `X_test` is `(360, 64)`, `y_train` is `(1437, 10)`,
# `y_test` is `(360, 10)`. A capital X is the usual name for inputs in rows.

# %% nbgrader={"grade": false, "grade_id": "split", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
X_train, X_test, y_train, y_test = ..., ..., ..., ...
### BEGIN SOLUTION
X = digits.images.reshape(-1, 64)
y = keras.utils.to_categorical(digits.target, 10)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_split", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.split.check(X_train, X_test, y_train, y_test)
### BEGIN HIDDEN TESTS
# Find some of the images again, by their pixels, and compare their labels.
known = load_digits()
shares = known.data / known.data.max(axis=1, keepdims=True)
for images, labels in ((X_train, y_train), (X_test, y_test)):
    for image, label in zip(np.asarray(images)[::41], np.asarray(labels)[::41]):
        place = np.argmin(np.abs(shares - image / np.max(image)).sum(axis=1))
        assert known.target[place] == np.argmax(label)
### END HIDDEN TESTS

# %% [markdown]
# ## A new network for each training
# `fit` goes on from the weights that are there. To compare two trainings, each must start from new random
# weights. So the network comes out of a function: each call makes another one.
#
# ### Exercise: `model`
# Write `new_model`, with this network in it. Compile it with the optimizer `adam`, the loss for one-hot
# labels and the metric `"accuracy"`; any other optimizer that trains it well will do, too. The last line of
# the cell makes the first `model`, of 4,810 parameters.
#
# | layer | shape of its output | parameters |
# |---|---|---|
# | `Input` | (64,) | 0 |
# | `Dense`, 64 neurons, relu | (64,) | 64 · 64 + 64 = 4,160 |
# | `Dense`, 10 neurons, softmax | (10,) | 64 · 10 + 10 = 650 |

# %% nbgrader={"grade": false, "grade_id": "model", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
keras.utils.set_random_seed(1)
model = ...

def new_model():
    """Return the network of the table, compiled, with new random weights."""
    ### BEGIN SOLUTION
    network = keras.Sequential([
        keras.Input(shape=(64,)),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ])
    network.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return network
    ### END SOLUTION

model = new_model()

# %% nbgrader={"grade": true, "grade_id": "check_model", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.model.check(model)
### BEGIN HIDDEN TESTS
# Each call of new_model gives a complete network, with random weights of its own. Some networks have none
# before they see data.
networks = new_model(), new_model()
for network in networks:
    exercises.model.examine(network)
    network(np.ones((1, 64), "float32"))
weights = zip(*(network.get_weights() for network in networks))
assert any((one != other).any() for one, other in weights), "Two calls of new_model gave the same weights."
updates = [int(network.optimizer.iterations) for network in networks]
assert not any(updates), "new_model gave a network that has been trained already."
### END HIDDEN TESTS

# %% [markdown]
# ## What `fit` is told
# `model.fit(X, y, epochs, batch_size, validation_split)` takes:
#
# | argument | meaning | here |
# |---|---|---|
# | `X`, `y` | images and labels to learn from | `X_train`, `y_train` |
# | `epochs` | how often to go through them | 5 |
# | `batch_size` | images per update | 32 |
# | `validation_split` | the share of them to keep apart | 0.2 |
#
# [**Validation data**](../glossary.ipynb#validation-data) are kept out of the updates, and after each epoch
# the network is measured on them. They show early how it does on images it has not learned from. Keras takes
# the last fifth of `X_train`: 288 images. The other 1,149 make 36 updates per epoch.
#
# Why not use the test images for that? You will look at the validation accuracy, change something, look
# again, and keep what did best. The number that you chose by tends to look too good. The test images stay
# untouched until the very end, for one honest measurement.
#
# ### Exercise: `history_5`
# Train `model` with the arguments of the table and `verbose=2`. Keep what `fit` returns.
#
# **Run this cell once.** A second run would go on training. Before you train again, make a new `model` in
# its own cell.

# %% nbgrader={"grade": false, "grade_id": "history_5", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception", "nbval-ignore-output"]
history_5 = ...
### BEGIN SOLUTION
history_5 = model.fit(X_train, y_train, epochs=5, batch_size=32, validation_split=0.2, verbose=2)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_history_5", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.history_5.check(history_5)
### BEGIN HIDDEN TESTS
record = getattr(history_5, "history", history_5)
assert len(record["val_accuracy"]) == len(record["accuracy"]) == 5
assert record["accuracy"][-1] > record["accuracy"][0] + 0.1
### END HIDDEN TESTS

# %% [markdown]
# ## From a record to curves
# `history_5.history` is a dictionary of four lists, with one number per epoch in each: `accuracy` and `loss`
# on training data, `val_accuracy` and `val_loss` on validation data. A drawing of such lists is called a
# [**training curve**](../glossary.ipynb#training-curve).
#
# ### Exercise: `plot_curves`
# With `ax.plot`, draw both accuracies against the epoch into an `Axes`, and return it.
#
# - The epochs on the x axis count from 1. For five epochs: 1, 2, 3, 4, 5.
# - The y axis goes from 0 to 1. That way, the curves of two training runs can be compared at a glance.
# - The axes are labelled `epoch` and `accuracy`, and a legend says which curve is `training` and which is
#   `validation`.
#
# Colours, line styles and the size of the figure are yours to choose.

# %% nbgrader={"grade": false, "grade_id": "plot_curves", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def plot_curves(history):
    """Draw the accuracy on training and on validation data against the epoch. Return the Axes.

    history: what fit gave back. history.history holds the lists "accuracy" and "val_accuracy".
    """
    ### BEGIN SOLUTION
    figure, ax = plt.subplots(figsize=(6.4, 4))
    epochs = range(1, len(history.history["accuracy"]) + 1)
    ax.plot(epochs, history.history["accuracy"], "o-", label="training")
    ax.plot(epochs, history.history["val_accuracy"], "s--", label="validation")
    ax.set(xlabel="epoch", ylabel="accuracy", ylim=(0, 1))
    ax.legend()
    return ax
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_plot_curves", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.plot_curves.check(plot_curves)

# %% tags=["raises-exception"]
def show_curves(history):
    history = as_record(history)
    ax = plot_curves(history)
    ax.set_title(f"{len(history.epoch)} epochs")
    training, validation = (history.history[name][-1] for name in ("accuracy", "val_accuracy"))
    describe(ax.figure, f"Curves that end at {training:.2f} for training, {validation:.2f} for validation.")
    plt.show()

require(history_5=history_5)
show_curves(history_5)

# %% [markdown]
# In the first epochs, the validation curve often lies above the other. The training accuracy is averaged
# over the epoch, while the weights are still improving; the validation accuracy is measured at its end.
#
# After 5 epochs, training is mostly at 0.88 to 0.95 and validation at 0.84 to 0.96. Both curves are still
# rising: this network has not been trained enough. Does it get better if it is trained for longer?
#
# ### Exercise: `history_10`
# Make a new `model` with `new_model()`, so that it begins with new random weights. Then train it as before,
# but for 10 epochs, and with `callbacks=[live_history()]` in place of `verbose=2`: the curves grow while it
# trains. In which epoch does the training accuracy, the solid line, overtake the validation accuracy?

# %% nbgrader={"grade": false, "grade_id": "history_10", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception", "nbval-ignore-output"]
keras.utils.set_random_seed(2)
history_10 = ...
### BEGIN SOLUTION
model = new_model()
history_10 = model.fit(X_train, y_train, epochs=10, batch_size=32, validation_split=0.2,
                       callbacks=[live_history()])
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_history_10", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.history_10.check(history_10)
### BEGIN HIDDEN TESTS
record = getattr(history_10, "history", history_10)
assert len(record["val_accuracy"]) == len(record["accuracy"]) == 10
assert record["accuracy"][-1] > record["accuracy"][0] + 0.1
### END HIDDEN TESTS

# %% tags=["raises-exception"]
require(history_10=history_10)
show_curves(history_10)

# %% [markdown]
# It does get better with longer training: training reaches 0.95 to 0.99, validation 0.90 to 0.98. But look at how the curves rise. Most of
# the gain came in the first five epochs, and now the training curve runs above the validation curve.
#
# ### Exercise: `best_epoch`
# In which epoch was the validation accuracy highest? Write a function that returns the number of that epoch.
# The first epoch is number 1. If several epochs share the highest value, the first of them counts.
#
# For validation accuracies of 0.5, 0.8, 0.9, 0.9 and 0.7 the best epoch is 3.

# %% nbgrader={"grade": false, "grade_id": "best_epoch", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def best_epoch(history):
    """Return the number, counted from 1, of the first epoch with the highest validation accuracy.

    history: what fit gave back. history.history holds the list "val_accuracy".
    """
    ### BEGIN SOLUTION
    return np.argmax(history.history["val_accuracy"]) + 1
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_best_epoch", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.best_epoch.check(best_epoch)

# %% tags=["raises-exception", "nbval-ignore-output"]
require(history_5=history_5, history_10=history_10)
for history in (history_5, history_10):
    history = as_record(history)
    epoch = best_epoch(history)
    print(f"best epoch {epoch}: validation accuracy {history.history['val_accuracy'][epoch - 1]:.3f}")

# %% [markdown]
# ## Three shapes to know
# What do curves look like when something is wrong? Here are three trainings of 20 epochs. The first network
# has only 4 hidden neurons, the second is the one you know. The third is the same again, but it gets only 100
# images, in batches of 8. The validation images are the same for all three.

# %%
def train(hidden, images, batch_size):
    network = keras.Sequential([
        keras.Input(shape=(64,)),
        keras.layers.Dense(hidden, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ])
    network.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return network.fit(X_train[:images], y_train[:images], epochs=20, batch_size=batch_size,
                       validation_data=(X_train[1149:], y_train[1149:]), verbose=0)

# %% tags=["raises-exception"]
require(X_train=X_train, y_train=y_train)
keras.utils.set_random_seed(3)
fits = {"A: 4 neurons": train(4, 1149, 32), "B: 64 neurons": train(64, 1149, 32),
        "C: 64 neurons, 100 images": train(64, 100, 8)}
picture = pictures.draw_fits(fits)

# %% [markdown]
# *The picture:* the solid line is training, the dashed line validation.
#
# - [**Underfitting**](../glossary.ipynb#underfitting), A: both curves stay low, close together. The network
#   has not even learned the training images. It is too small, or was not trained for long enough.
# - **A good fit**, B: both curves end high, with a small gap between them.
# - [Overfitting](../glossary.ipynb#overfitting), C: training goes up to 0.98 or more, validation stops far
#   below. The network has learned its 100 images by heart, and much of that helps with no other image.
#
# In B, too, training goes on, to 0.98 or more, while validation has flattened, mostly between 0.92 and 0.99.
# From there on, more epochs of the same bring little. What else could you change?
#
# | what you see | what to try next |
# |---|---|
# | both low, still rising | more epochs |
# | both low, flat | a **wider** layer (more neurons), or a **deeper** network (more layers) |
# | training high, validation clearly lower | more images, or a smaller network, or fewer epochs |
# | both high, small gap | compare a wider or a deeper network by its validation accuracy |
#
# How much a network can learn is called its [**capacity**](../glossary.ipynb#capacity). Width and depth
# raise it.
#
# ### Question: what do the curves say?
# Take four trainings: `history_5`, `history_10`, A and C. For each, say whether it underfits, fits well or
# overfits, how you see that in its curves, and the one thing you would change next. One or two sentences for
# each are enough. Your instructor reads this answer (2 points).

# %% [markdown] nbgrader={"grade": true, "grade_id": "what_curves_say", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# history_5 underfits a little: both curves are close together and still rising, so more epochs. history_10
# fits well: both are high, with a small gap; next I would compare a wider or a deeper network by validation
# accuracy. A underfits: both are low, even on the training images, so more neurons. C overfits: training
# reaches 1, validation stays well below, so more training images. (Half a point for each, with its reason.)
# ### END SOLUTION

# %% [markdown]
# ## Play with epochs and capacity
# Click a slider, then use the arrow keys. Each width is trained once for 40 epochs, in NumPy as in lesson 04,
# since that is quicker here. Where does the gap open? Which width needs the fewest epochs? Without the
# sliders, `show_epochs_and_capacity(8, 30)` shows the same.

# %% tags=["nbval-ignore-output"]
explore_epochs_and_capacity()

# %% [markdown]
# ## Your turn
# ### Exercise: `better_model`
# Build, compile and train a network of your own that beats `model`, the one of 10 epochs: it should label
# more of the 288 validation images right. Change width, depth, epochs, or several of them. Any of Keras'
# layers will do; layers of a class of your own cannot be marked. Train it on `X_train` and `y_train`, with
# `validation_split=0.2`, so that the same images are kept apart for both. `live_history()` shows you early
# whether it gets there.
#
# You get full marks if it gets at least one more image right than `model` does, and at least 0.90 of them in
# any case; 0.95 is always enough. Up to 0.05 below what is asked for, you get part of them.

# %% nbgrader={"grade": false, "grade_id": "better_model", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception", "nbval-ignore-output"]
keras.utils.set_random_seed(4)
better_model = ...
### BEGIN SOLUTION
better_model = keras.Sequential([
    keras.Input(shape=(64,)),
    keras.layers.Dense(256, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
better_model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
history = better_model.fit(X_train, y_train, epochs=20, batch_size=32, validation_split=0.2, verbose=0)
show_curves(history)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_better_model", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.better_model.check(better_model, model, X_train, X_test, y_train, y_test)
### BEGIN HIDDEN TESTS
# Confidences of images that none of the models was chosen by.
sums = np.sum(better_model.predict(X_test, verbose=0), axis=1)
assert np.allclose(sums, 1, atol=1e-3)
### END HIDDEN TESTS
# The marks that this accuracy earns: nbgrader takes the cell's last value.
exercises.better_model.marks(better_model, model, X_train, X_test, y_train, y_test)

# %% [markdown]
# ## The test images, once
# Nothing has been chosen by them so far. So this is an honest measurement of both networks.

# %% tags=["raises-exception", "nbval-ignore-output"]
require(better_model=better_model, model=model)
for name, network in (("model", model), ("better_model", better_model)):
    loss, accuracy = network.evaluate(X_test, y_test, verbose=0)
    print(f"{name:13} test accuracy {accuracy:.3f}")

# %% [markdown]
# With 360 images, a single one is worth 0.003. Differences of one or two images say little: another random
# split could reverse them.
#
# ## Recap
# - `fit` learns from one part of the training data and, after each epoch, measures itself on validation data.
# - Training curves show accuracy against epoch for both parts, on axes that stay the same.
# - Both low: underfitting. Training far above validation: overfitting. Both high and close: a good fit.
# - Compare and choose by validation accuracy. Look at the test accuracy once, at the end.
#
# Next: larger images of digits, and what Keras says when shapes do not fit.
#
# ## Try it yourself
# - Divide all images by 16 and train for 10 epochs. How many more epochs does it take to catch up?
# - Give C 200, then 400 images. How fast does the gap close?
# - Make a split with another `random_state`. How much does the validation accuracy change by that alone?
# - Draw `loss` and `val_loss` of a training of 100 epochs. Which of the two stops falling first?

# %% [markdown]
# ## Ready to hand in?
# Save the notebook, then run this cell. It looks at the saved file and says what to fix, without training
# anything again. `ready_to_hand_in(whole=True)` runs all of it from a fresh start, and trains again.

# %%
from helpers import ready_to_hand_in

ready_to_hand_in()
