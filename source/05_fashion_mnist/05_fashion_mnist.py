# ---
# jupyter:
#   jupytext:
#     notebook_metadata_filter: course
#   course:
#     datasets: [fashion_mnist]
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Fashion-MNIST: a network that tells clothes apart
#
# ## What you will do
# You build a network with Keras, train it on 60,000 pictures of clothes, measure it on 10,000 new ones, and
# look at what it gets right and wrong.
#
# ## What you will learn
# - how images and labels are stored, and why pixels are scaled
# - what the layers of a classifier do, and what `compile`, `fit`, `evaluate` and `predict` are for
# - how to read ten confidences, and how far to trust them
#
# ## What you need
# Lessons 01 and 02: dense layers, relu, softmax, cross-entropy. NumPy arrays and their shapes.
#
# **Time:** about 75 minutes. The code itself runs in about 50 s.
#
# **Stuck?** Run `exercises.model.hint()` in a new cell, then `exercises.model.hint(2)`. Every exercise has
# two such hints.
#
# **A word you do not know?** Every term of the course is in the [glossary](../glossary.ipynb).

# %% [markdown]
# ## The tools
# **Keras** describes and trains networks; TensorFlow does the arithmetic. **NumPy** holds the images,
# **Matplotlib** draws them. All came with this course; elsewhere, `pip install tensorflow numpy matplotlib`
# installs them.

# %% tags=["nbval-ignore-output"]
from helpers import NotDoneYet, require
from helpers import choose_prediction, live_history, load_fashion_mnist, show_prediction
from helpers import plot_history, plot_image, plot_predictions, plot_value_array
from helpers.alt_text import describe
from helpers.lessons.fashion_mnist import exercises, pictures

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

print("TensorFlow", tf.__version__, "with Keras", keras.__version__)

# %% [markdown]
# ## 70,000 pictures
# Fashion-MNIST holds grey pictures of 28×28 pixels, each of one piece of clothing. It comes as four arrays:
# images and labels of the [**training data**](../glossary.ipynb#training-data), images and labels of the
# [**test data**](../glossary.ipynb#test-data). The network never learns from the test data.

# %% tags=["nbval-ignore-output"]
(train_images, train_labels), (test_images, test_labels) = load_fashion_mnist()

for name, array in (("train_images", train_images), ("train_labels", train_labels),
                    ("test_images", test_images), ("test_labels", test_labels)):
    print(f"{name:13}{array.shape!s:17}{array.dtype}")
print("Pixel in row 23, column 23 of the first image:", train_images[0, 23, 23])
print("First ten labels:", train_labels[:10])

# %% [markdown]
# `(60000, 28, 28)` reads: 60,000 images of 28 rows and 28 columns. A pixel is a whole number from 0, for the
# background, to 255; on the real images the one printed above is 194. `uint8` means whole numbers of one
# byte.
#
# ### Exercise: `class_names`
# The data come without the names of the labels, so you write them down:
#
# | label | name | | label | name |
# |---|---|---|---|---|
# | 0 | T-shirt/top | | 5 | Sandal |
# | 1 | Trouser | | 6 | Shirt |
# | 2 | Pullover | | 7 | Sneaker |
# | 3 | Dress | | 8 | Bag |
# | 4 | Coat | | 9 | Ankle boot |
#
# Make a list of these ten names, in the order of the labels. Then `class_names[1]` is `"Trouser"`.

# %% nbgrader={"grade": false, "grade_id": "class_names", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
class_names = ...
### BEGIN SOLUTION
class_names = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
               "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_class_names", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.class_names.check(class_names)
### BEGIN HIDDEN TESTS
assert len(class_names) == 10
assert str(class_names[4]).strip().casefold() == "coat"
### END HIDDEN TESTS

# %% [markdown]
# ## Look before you train
# First one image, as a network sees it: numbers. The colour bar shows which number each colour means. Then
# twenty-five with their names; here and in all later pictures 0 is white and the largest value black. Does
# each name fit? Which classes would you mix up yourself?
#
# `describe` puts a figure into words, for readers who cannot see it.

# %% tags=["raises-exception"]
figure, ax = plt.subplots(figsize=(4.5, 3.6))
figure.colorbar(ax.imshow(train_images[0], cmap="viridis"), label="pixel value")
describe(figure, f"One image, its pixels from {train_images[0].min()} to {train_images[0].max()}.")
plt.show()

require(class_names=class_names)
figure, axes = plt.subplots(5, 5, figsize=(7.5, 8), layout="constrained")
for ax, image, label in zip(axes.flat, train_images, train_labels):
    ax.imshow(image, cmap="binary")
    ax.set(xticks=[], yticks=[], xlabel=class_names[label])
describe(figure, "Row by row: " + ", ".join(class_names[label] for label in train_labels[:25]) + ".")
plt.show()

# %% [markdown]
# ## What happens without scaling
# Here is a smaller network than yours will be. It gets the pixels as they are, and goes through the training
# data for one epoch. Watch its loss.
#
# `keras.utils.set_random_seed` fixes the random numbers: the weights at the start and the order of the
# images. With the same seed, the same machine repeats the same training. Other machines or versions may
# differ a little.

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(5)
small = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
small.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
first_epoch = small.fit(train_images, train_labels, epochs=1, verbose=2)

# %% [markdown]
# Inputs in the hundreds make weighted sums in the hundreds. The softmax is then very sure and often wrong.
# Training longer makes up for only part of it. Your network below, on the real images:
#
# | pixels | loss in epoch 1 | test accuracy after epoch 10 |
# |---|---|---|
# | 0 to 255 | 2.5 to 4.5 | 0.70 to 0.86 |
# | 0 to 1 | 0.4 to 0.6 | 0.86 to 0.90 |
#
# ### Exercise: `scaled_images`
# Scale every pixel to lie between 0 and 1:
#
# $$x_{\mathrm{scaled}} = \frac{x}{255}$$
#
# Here $x$ is a pixel's value and 255 the largest there is: 51 becomes 0.2. Both arrays keep their names and
# shapes, `(60000, 28, 28)` and `(10000, 28, 28)`. Scale the test images just like the training images: a
# network can only judge what looks as it did in training.
#
# **Run this cell once.** Each run divides again. If it has run twice, load the data again, then run it
# once.

# %% nbgrader={"grade": false, "grade_id": "scaled_images", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
# Write train_images = ... and test_images = ... here.
### BEGIN SOLUTION
train_images = train_images / 255.0
test_images = test_images / 255.0
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_scaled_images", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.scaled_images.check(train_images, test_images)

# %% [markdown]
# ## The network, layer by layer
# In a `Sequential` model each layer takes what the one before it gives.
#
# | layer | what it does | shape of its output | parameters |
# |---|---|---|---|
# | `Input` | says what one image looks like | (28, 28) | 0 |
# | `Flatten` | puts the 28 rows into one | (784,) | 0: nothing to learn |
# | `Dense`, 128 neurons, relu | finds patterns of pixels | (128,) | 784 · 128 + 128 = 100,480 |
# | `Dense`, 10 neurons, softmax | weighs the patterns for each class | (10,) | 128 · 10 + 10 = 1,290 |
#
# A dense layer has $n_{\mathrm{in}} \cdot n_{\mathrm{out}} + n_{\mathrm{out}}$ parameters, for
# $n_{\mathrm{in}}$ inputs and $n_{\mathrm{out}}$ neurons: a weight per connection, a bias per neuron.
# Together that is 101,770. Softmax turns ten weighted sums into ten
# [**confidences**](../glossary.ipynb#confidence) that add up to 1.
#
# Before training, `compile` sets three things:
#
# - the [**optimizer**](../glossary.ipynb#optimizer) says how weights are updated. `adam` is gradient descent
#   with momentum and a step size per weight.
# - the `loss` is what training makes small. `sparse_categorical_crossentropy` is the cross-entropy of
#   lesson 02, $-\ln p_y$ for one image, where $p_y$ is the confidence in its true label $y$. *Sparse* means
#   that each label is a single whole number.
# - the [**metrics**](../glossary.ipynb#metric) are for you to read. `accuracy` is the fraction of images
#   that are labelled right.
#
# ### Exercise: `model`
# Build the network of the table and compile it as described. The small network above shows how to write it.
# Any other optimizer that trains it well will do, too. End with `model.summary()` and compare. `None` marks
# the number of images, which is still open.

# %% nbgrader={"grade": false, "grade_id": "model", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
keras.utils.set_random_seed(1)
model = ...
### BEGIN SOLUTION
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.summary()
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_model", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.model.check(model)

# %% [markdown]
# ## Training
# `model.fit(images, labels, epochs=...)` updates the weights after each batch of 32 images: 1,875 updates
# per epoch. It returns a record. With `callbacks=[live_history()]` it also draws the loss and the accuracy
# after each epoch, in place of a progress bar.
#
# ### Exercise: `history`
# Train your model on the training images and labels for 10 epochs; a few more will do, too. Keep what `fit`
# returns as `history`; then `history.history["loss"]` is a list with one number for each epoch.
# `plot_history(history)` draws them again. Watch the curves grow: which epochs help most, the first or the
# last?

# %% nbgrader={"grade": false, "grade_id": "history", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception", "nbval-ignore-output"]
history = ...
### BEGIN SOLUTION
history = model.fit(train_images, train_labels, epochs=10, callbacks=[live_history()])
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_history", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.history.check(history, model)
### BEGIN HIDDEN TESTS
losses = list(getattr(history, "history", history)["loss"])
assert len(losses) >= 10
assert losses[-1] < min(1, 0.8 * losses[0])
### END HIDDEN TESTS

# %% [markdown]
# The loss falls and the accuracy rises, on the real images to between 0.90 and 0.92. To train again from the
# start, first run the cell that makes the model: `fit` goes on from the weights that are there.
#
# ## Images it has never seen
# That was on images the network learned from. How good is it on new ones?
#
# ### Exercise: `test_accuracy`
# `model.evaluate(images, labels, verbose=0)` returns the loss and the accuracy, in this order. Keep the
# accuracy on the test data as `test_accuracy`, a fraction: 87% is 0.87. You get full marks from 0.86 upwards;
# below that, part of them, down to none at 0.70.

# %% nbgrader={"grade": false, "grade_id": "test_accuracy", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception", "nbval-ignore-output"]
test_accuracy = ...
### BEGIN SOLUTION
test_loss, test_accuracy = model.evaluate(test_images, test_labels, verbose=0)
print(f"Accuracy on the test images: {test_accuracy:.3f}")
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_test_accuracy", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.test_accuracy.check(test_accuracy, model)
### BEGIN HIDDEN TESTS
# Half of the test images, loaded anew: an honest accuracy on all of them is close to that on this half.
_, (half_images, half_labels) = load_fashion_mnist()
half = np.argmax(model(half_images[::2] / 255.0), axis=1) == half_labels[::2]
assert abs(np.mean(half) - float(test_accuracy)) < 0.03
### END HIDDEN TESTS
# The marks that this accuracy earns: nbgrader takes the cell's last value.
exercises.test_accuracy.marks(test_accuracy, model)

# %% [markdown]
# On the real images it is between 0.86 and 0.90, lower than in training. A large gap is a sign of
# [**overfitting**](../glossary.ipynb#overfitting): the network has also learned details of the training
# images that help with no other image.
#
# ## Predictions
# `model.predict(images, verbose=0)` gives ten confidences for each image. It needs no labels.
#
# ### Exercise: `predictions`
# Predict all test images. The result has the shape `(10000, 10)`: one row per image, one column per class,
# and each row adds up to 1. A row such as 0.02, 0, 0.9, 0, 0.05, 0, 0.03, 0, 0, 0 says: probably a pullover.

# %% nbgrader={"grade": false, "grade_id": "predictions", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
predictions = ...
### BEGIN SOLUTION
predictions = model.predict(test_images, verbose=0)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_predictions", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.predictions.check(predictions, model)
### BEGIN HIDDEN TESTS
assert np.allclose(np.sum(np.asarray(predictions), axis=1), 1, atol=1e-3)
### END HIDDEN TESTS

# %% [markdown]
# ### Exercise: `predicted_labels`
# The predicted label is the place of the highest confidence. `np.argmax` finds it: `np.argmax([0.1, 0.7,
# 0.2])` is 1. Find it for every row of `predictions`, as an array of 10,000 integers.

# %% nbgrader={"grade": false, "grade_id": "predicted_labels", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
predicted_labels = ...
### BEGIN SOLUTION
predicted_labels = np.argmax(predictions, axis=1)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_predicted_labels", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.predicted_labels.check(predicted_labels, predictions)
### BEGIN HIDDEN TESTS
for i in (0, 4242, 9999):
    assert predicted_labels[i] == max(range(10), key=lambda label: predictions[i][label])
### END HIDDEN TESTS

# %% [markdown]
# ## Image and confidences side by side
# `plot_image` draws an image over the predicted class, its confidence and, in brackets, the true class.
# `plot_value_array` draws all ten confidences. Blue with ✓ is right, red with ✗ is wrong.

# %% tags=["raises-exception"]
require(predictions=predictions)
for i in (0, 12):
    figure, (left, right) = plt.subplots(1, 2, figsize=(7, 3.8), layout="constrained")
    plot_image(i, predictions[i], test_labels, test_images, ax=left)
    plot_value_array(i, predictions[i], test_labels, ax=right)

# %% [markdown]
# Look for the second highest bar: that is what the network would have said next. Now fifteen images. Are the
# classes that you would mix up also mixed up here?

# %% tags=["raises-exception"]
require(predictions=predictions)
plot_predictions(predictions, test_labels, test_images, rows=5, columns=3)
plt.show()

# %% [markdown]
# ## A confident mistake
# Of all the test images that your network got wrong, this is the one it was surest of.

# %% tags=["raises-exception"]
require(predictions=predictions, predicted_labels=predicted_labels)
wrong = predicted_labels != test_labels
i = np.argmax(np.where(wrong, predictions.max(axis=1), 0))
figure, (left, right) = plt.subplots(1, 2, figsize=(7, 3.8), layout="constrained")
plot_image(i, predictions[i], test_labels, test_images, ax=left)
plot_value_array(i, predictions[i], test_labels, ax=right)
plt.show()

# %% [markdown]
# Would you have known better? The network cannot say *I do not know*: its ten confidences always add up to 1,
# even for a picture of a cat.
#
# ## Shirt or coat?
# Now all 10,000 test images. *The picture:* each row of the table is a true class, each column a predicted
# one. The diagonal holds what was right. Framed are shirts taken for coats, and coats taken for shirts;
# some of them are shown beside it. Where else are the numbers off the diagonal large, and why there?

# %% tags=["raises-exception"]
require(predicted_labels=predicted_labels, class_names=class_names)
shirt, coat = 6, 4
picture = pictures.draw_confusion(test_labels, predicted_labels, test_images, class_names, (shirt, coat))

# %% [markdown]
# Most mistakes are made among clothes for the upper body, whose outlines are alike. Trousers are hardly
# ever mistaken for anything else.
#
# ## One image is a batch of one
# A model takes batches of shape `(n, 28, 28)`, so a single image of shape `(28, 28)` is refused.
# `np.expand_dims(img, 0)` puts an axis of length 1 in front: a batch with one image in it.
#
# ### Exercise: `prediction_single`
# Predict only the test image at index 1. The result has the shape `(1, 10)`.

# %% nbgrader={"grade": false, "grade_id": "prediction_single", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
img = test_images[1]
prediction_single = ...
### BEGIN SOLUTION
prediction_single = model.predict(np.expand_dims(img, 0), verbose=0)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_prediction_single", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.prediction_single.check(prediction_single, model)
### BEGIN HIDDEN TESTS
_, (again, _) = load_fashion_mnist()
assert np.allclose(prediction_single, model(again[1:2] / 255.0), atol=1e-3)
### END HIDDEN TESTS

# %% [markdown]
# ## Choose your own
# Type a number from 0 to 1000 and press Enter, or step with the arrow keys. Where the box does not work,
# `show_prediction(12, predictions, test_labels, test_images)` shows the same.

# %% tags=["nbval-ignore-output"]
choose_prediction(predictions, test_images, test_labels)

# %% [markdown]
# ## Recap
# - Training and test data are four arrays. Pixels are scaled to 0–1, in both alike.
# - `Flatten`, a hidden layer with relu, ten neurons with softmax: 101,770 parameters turn 784 pixels into ten
#   confidences.
# - `compile` chooses optimizer, loss and metrics; `fit` trains, `evaluate` measures, `predict` answers.
# - Accuracy on new images is the one that counts. A large gap to the training images is a sign of overfitting.
# - `argmax` turns confidences into a label. A high confidence can still be wrong.
#
# ## Try it yourself
# - Train for 20 epochs. Does the test accuracy grow as much as the training accuracy?
# - Give the hidden layer 16 neurons, then 512. What changes: the accuracy, the time, the gap?
# - Which class is wrong most often? `np.mean(predicted_labels[test_labels == 6] == 6)` is the accuracy on
#   shirts.
# - Turn an image upside down with `img[::-1]` and predict it. How sure is the network?

# %% [markdown]
# ## Ready to hand in?
# Save the notebook, then run this cell. It looks at the saved file and says what to fix, without training
# anything again. `ready_to_hand_in(whole=True)` runs all of it from a fresh start, and trains again.

# %%
from helpers import ready_to_hand_in

ready_to_hand_in()
