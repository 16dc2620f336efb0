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
# # Training clinic: find the fault, then fix it
#
# ## What you will do
# Seven trainings have gone wrong, each for one reason. You read their curves, name the fault and fix it.
#
# ## What you will learn
# - what to look at first when a network does not learn
# - which faults leave which traces in loss and accuracy
# - how to fix one thing at a time, and how to tell that it is fixed
#
# ## What you need
# Lesson 05 for Fashion-MNIST and Keras, lesson 06 for one-hot labels and training curves, lesson 07 for
# seeds. There you made trainings that work; here you fix some that do not.
#
# **Time:** about 90 minutes. The code itself runs in about 90 s.
#
# **Stuck?** Run `exercises.patient_1.hint()` in a new cell, then `exercises.patient_1.hint(2)`. Every
# exercise has two such hints.
#
# **A word you do not know?** Every term of the course is in the [glossary](../glossary.ipynb).

# %% tags=["nbval-ignore-output"]
from helpers import NotDoneYet, load_fashion_mnist
from helpers.lessons.clinic import exercises, pictures

import keras
import numpy as np
import tensorflow as tf
from keras.layers import Dense
from keras.optimizers import SGD, Adam

# Many small networks in a row make TensorFlow give advice that is meant for large programs.
tf.get_logger().setLevel("ERROR")

# %% [markdown]
# ## The data
# A small part of Fashion-MNIST is enough, and makes every training quick. The pixels are scaled to 0–1.
# `train_images` and `test_images` stay as they come, from 0 to 255.

# %% tags=["nbval-ignore-output"]
(train_images, train_labels), (test_images, test_labels) = load_fashion_mnist()

x_train, y_train = train_images[:6000] / 255.0, train_labels[:6000]
x_val, y_val = train_images[6000:8000] / 255.0, train_labels[6000:8000]
x_test, y_test = test_images[:2000] / 255.0, test_labels[:2000]
print("training", x_train.shape, " validation", x_val.shape, " test", x_test.shape)

# %% [markdown]
# ## A look before the first step
# Two functions save typing. `network` puts an input and `Flatten` in front of the layers that you give it.
# `train` fits a compiled model and returns its curves. It also evaluates the model **before** training
# and keeps this as epoch 0. What is wrong there cannot come from any update, because there has been none.

# %%
def network(*layers):
    return keras.Sequential([keras.Input(shape=(28, 28)), keras.layers.Flatten(), *layers])

def train(model, images, labels, validation, epochs=10):
    """Train a compiled model. Return its curves: lists of epochs + 1 numbers, the first from before training."""
    curves = model.evaluate(images, labels, verbose=0, return_dict=True)
    for name, value in model.evaluate(*validation, verbose=0, return_dict=True).items():
        curves[f"val_{name}"] = value
    record = model.fit(images, labels, validation_data=validation, epochs=epochs, verbose=0)
    return {name: [curves[name], *values] for name, values in record.history.items()}

# %% [markdown]
# ## A healthy run
# To spot illness, you must know what health looks like. Compare every patient with this training.

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(8)
healthy = network(Dense(64, activation="relu"), Dense(10, activation="softmax"))
healthy.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
healthy_curves = train(healthy, x_train, y_train, (x_val, y_val))
picture = pictures.draw_curves(healthy_curves, "A healthy run")

# %% [markdown]
# *The picture:* the loss on the left, the accuracy on the right. The dotted line is **guessing**: giving each
# of ten classes the same confidence, $\frac{1}{10}$. By the cross-entropy of lesson 02 this costs
#
# $$L = -\ln \tfrac{1}{10} = \ln 10 \approx 2.303$$
#
# where $L$ is the loss. Guessing is right for one image in ten. A new network knows no more than that, and a
# sound one does about as well: its first loss is between 2.1 and 3. Then both losses fall, fast at first. The
# validation accuracy ends between 0.80 and 0.88, with a small gap to the training accuracy.
#
# ## How to read a curve
# Five questions, in this order:
#
# 1. **Is the loss a number?** `nan` means *not a number*: usually the weights have grown beyond all
#    bounds.
# 2. **Where does it start?** With ten classes and a cross-entropy, near 2.3. If not, look at what goes into
#    the network and at what comes out.
# 3. **Does it move?** If it hardly does, or if it jumps, look at the steps.
# 4. **Does the training accuracy leave 0.1?** If not, the network has learned nothing.
# 5. **What about the gap between training and validation?** A large one, or none at all where there should be
#    one: look at what it learned from, and what it is judged by.
#
# ## The names of faults
# `fault_1` to `fault_7` are texts from this list. Capitals and hyphens do not matter. Seven of the names
# belong to a patient, one each; the others are innocent.
#
# | | | |
# |---|---|---|
# | learning rate too high | softmax missing | trained on test data |
# | learning rate too low | too few layers | wrong activation in the hidden layer |
# | pixels not scaled | too few neurons | wrong loss for the labels |
# | shuffled labels | too many epochs | |
#
# ## The rules of the clinic
# A patient may differ from the healthy run in several ways. **Only one of them is the fault.** The curves
# tell you which.
#
# `mended_1` to `mended_7` are your trained networks. Make each one again, since old weights carry the
# damage, and compile and train it without the fault. There are many good ways; you need not copy the
# healthy run. Every mended network is judged by 4,000 test images that this lesson never uses, with pixels
# from 0 to 1 or from 0 to 255, whichever suits it better. It is mended if it labels at least 0.72 of them
# right, and has not learned from test images.
#
# The name alone earns one mark. The others come with the mended network, once the name is right: all of them
# from 0.72 upwards, none at 0.70, and part of them in between.

# %% [markdown]
# ## Patient 1
# *"It runs without any error. I have waited ten epochs, and it is still poor."*

# %%
keras.utils.set_random_seed(1)
broken_1 = network(Dense(64, activation="relu"), Dense(10, activation="softmax"))
broken_1.compile(
    optimizer=SGD(learning_rate=0.0001), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)
curves_1 = train(broken_1, x_train, y_train, (x_val, y_val))
picture = pictures.draw_curves(curves_1, "Patient 1")

# %% [markdown]
# ### Exercise: `patient_1`
# Go through the five questions. Then write the name of the fault as `fault_1`, and the mended network as
# `mended_1`. To see its curves, give what `train` returns to `pictures.draw_curves`, as above.

# %% nbgrader={"grade": false, "grade_id": "patient_1", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
fault_1 = ...
mended_1 = ...
### BEGIN SOLUTION
fault_1 = "learning rate too low"
keras.utils.set_random_seed(1)
mended_1 = network(Dense(64, activation="relu"), Dense(10, activation="softmax"))
mended_1.compile(
    optimizer=SGD(learning_rate=0.1), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)
picture = pictures.draw_curves(train(mended_1, x_train, y_train, (x_val, y_val)), "Patient 1, mended")
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_patient_1", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.patient_1.check(fault_1, mended_1)

# %% [markdown]
# ## Patient 2
# *"I mix the data well before training, so that no batch holds only trousers. And it does learn, see the
# training loss!"*
#
# `rng.permutation` gives a copy of an array with its rows in random order.

# %%
keras.utils.set_random_seed(2)
rng = np.random.default_rng(2)
images, labels = rng.permutation(x_train), rng.permutation(y_train)
broken_2 = network(Dense(128, activation="relu"), Dense(10, activation="softmax"))
broken_2.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
curves_2 = train(broken_2, images, labels, (x_val, y_val))
picture = pictures.draw_curves(curves_2, "Patient 2")

# %% [markdown]
# ### Exercise: `patient_2`
# Read the two losses from epoch 1 on. For which data does the network still get better? Write `fault_2` and
# `mended_2`.

# %% nbgrader={"grade": false, "grade_id": "patient_2", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
fault_2 = ...
mended_2 = ...
### BEGIN SOLUTION
fault_2 = "shuffled labels"
keras.utils.set_random_seed(2)
order = rng.permutation(len(x_train))
mended_2 = network(Dense(128, activation="relu"), Dense(10, activation="softmax"))
mended_2.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
mended_curves = train(mended_2, x_train[order], y_train[order], (x_val, y_val))
picture = pictures.draw_curves(mended_curves, "Patient 2, mended")
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_patient_2", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.patient_2.check(fault_2, mended_2)

# %% [markdown]
# ## Patient 3
# *"I removed most of my neurons to save memory. Is that why it is so far behind the healthy run?"*

# %%
keras.utils.set_random_seed(4)
pixels, val_pixels = train_images[:6000], train_images[6000:8000]
broken_3 = network(Dense(12, activation="relu"), Dense(10, activation="softmax"))
broken_3.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
curves_3 = train(broken_3, pixels, y_train, (val_pixels, y_val))
picture = pictures.draw_curves(curves_3, "Patient 3")

# %% [markdown]
# ### Exercise: `patient_3`
# The loss axis is logarithmic here: each line is ten times the loss of the line below. Remember the second
# question of the list. Write `fault_3` and `mended_3`.

# %% nbgrader={"grade": false, "grade_id": "patient_3", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
fault_3 = ...
mended_3 = ...
### BEGIN SOLUTION
fault_3 = "pixels not scaled"
keras.utils.set_random_seed(4)
mended_3 = network(Dense(12, activation="relu"), Dense(10, activation="softmax"))
mended_3.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
mended_curves = train(mended_3, pixels / 255.0, y_train, (val_pixels / 255.0, y_val))
picture = pictures.draw_curves(mended_curves, "Patient 3, mended")
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_patient_3", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.patient_3.check(fault_3, mended_3)

# %% [markdown]
# ## Patient 4
# *"I read that tanh was popular once, so I tried it. Now the loss goes wild."*

# %%
keras.utils.set_random_seed(4)
broken_4 = network(Dense(64, activation="tanh"), Dense(10, activation="softmax"))
broken_4.compile(
    optimizer=Adam(learning_rate=0.5), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)
curves_4 = train(broken_4, x_train, y_train, (x_val, y_val))
picture = pictures.draw_curves(curves_4, "Patient 4")

# %% [markdown]
# ### Exercise: `patient_4`
# Compare epoch 0 with all that comes after it. Write `fault_4` and `mended_4`.

# %% nbgrader={"grade": false, "grade_id": "patient_4", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
fault_4 = ...
mended_4 = ...
### BEGIN SOLUTION
fault_4 = "learning rate too high"
keras.utils.set_random_seed(4)
mended_4 = network(Dense(64, activation="tanh"), Dense(10, activation="softmax"))
mended_4.compile(
    optimizer=Adam(learning_rate=0.001), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)
picture = pictures.draw_curves(train(mended_4, x_train, y_train, (x_val, y_val)), "Patient 4, mended")
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_patient_4", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.patient_4.check(fault_4, mended_4)

# %% [markdown]
# ## Patient 5
# *"My accuracy on the test images is the best in this clinic. Why am I here? I feel splendid."*

# %%
keras.utils.set_random_seed(5)
broken_5 = network(Dense(128, activation="relu"), Dense(10, activation="softmax"))
broken_5.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
curves_5 = train(broken_5, x_test, y_test, (x_test, y_test), epochs=40)
picture = pictures.draw_curves(curves_5, "Patient 5")

# %% [markdown]
# Not every fault looks like one. Compare the last validation accuracy with that of the healthy run.
#
# ### Exercise: `patient_5`
# The last question of the list is the one to ask. Write `fault_5` and `mended_5`. An honest accuracy will be
# lower than this one, and that is as it should be.

# %% nbgrader={"grade": false, "grade_id": "patient_5", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
fault_5 = ...
mended_5 = ...
### BEGIN SOLUTION
fault_5 = "trained on test data"
keras.utils.set_random_seed(5)
mended_5 = network(Dense(128, activation="relu"), Dense(10, activation="softmax"))
mended_5.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
picture = pictures.draw_curves(train(mended_5, x_train, y_train, (x_val, y_val)), "Patient 5, mended")
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_patient_5", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.patient_5.check(fault_5, mended_5)

# %% [markdown]
# ## Patient 6
# *"The loss comes down so nicely. But the accuracy does not follow it."*

# %%
keras.utils.set_random_seed(6)
broken_6 = network(Dense(64, activation="relu"), Dense(10))
broken_6.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
curves_6 = train(broken_6, x_train, y_train, (x_val, y_val))
picture = pictures.draw_curves(curves_6, "Patient 6")

# %% [markdown]
# ### Exercise: `patient_6`
# Where does the loss start, and where does it stop? Write `fault_6` and `mended_6`.

# %% nbgrader={"grade": false, "grade_id": "patient_6", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
fault_6 = ...
mended_6 = ...
### BEGIN SOLUTION
fault_6 = "softmax missing"
keras.utils.set_random_seed(6)
mended_6 = network(Dense(64, activation="relu"), Dense(10, activation="softmax"))
mended_6.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
picture = pictures.draw_curves(train(mended_6, x_train, y_train, (x_val, y_val)), "Patient 6, mended")
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_patient_6", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.patient_6.check(fault_6, mended_6)

# %% [markdown]
# ## Patient 7
# *"Mean squared error was the first loss I learned, so I use it for everything. My labels are in a column;
# a colleague told me that Keras does not mind."*
#
# The colleague is right: labels of shape `(n, 1)` are as good as labels of shape `(n,)`.

# %%
keras.utils.set_random_seed(7)
column, val_column = y_train.reshape(-1, 1), y_val.reshape(-1, 1)
broken_7 = network(Dense(64, activation="relu"), Dense(10, activation="softmax"))
broken_7.compile(optimizer="adam", loss="mean_squared_error", metrics=["accuracy"])
curves_7 = train(broken_7, x_train, column, (x_val, val_column))
picture = pictures.draw_curves(curves_7, "Patient 7")

# %% [markdown]
# ### Exercise: `patient_7`
# The dotted line is the cross-entropy of guessing. Is this loss one that it can be compared with? Write
# `fault_7` and `mended_7`.

# %% nbgrader={"grade": false, "grade_id": "patient_7", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
fault_7 = ...
mended_7 = ...
### BEGIN SOLUTION
fault_7 = "wrong loss for the labels"
keras.utils.set_random_seed(7)
mended_7 = network(Dense(64, activation="relu"), Dense(10, activation="softmax"))
mended_7.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
picture = pictures.draw_curves(train(mended_7, x_train, column, (x_val, val_column)), "Patient 7, mended")
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_patient_7", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.patient_7.check(fault_7, mended_7)

# %% [markdown]
# ## Recap
#
# | what you see | what to suspect first |
# |---|---|
# | `nan`, or a loss that leaps and jumps | the learning rate is too high |
# | a loss that falls very slowly and evenly | the learning rate is too low |
# | a loss far above that of guessing at epoch 0 | unscaled inputs, no softmax, or a loss that does not fit |
# | a loss that does not move at all | a loss that does not fit the labels |
# | training gets better, validation stays at guessing | the labels belong to other images |
# | no gap where there should be one, or results too good to be true | test data in the training |
#
# Change one thing at a time, and look again. If two things change at once, you learn nothing about either.
#
# ## Try it yourself
# - Which learning rates fix patient 1? Try 0.001, 0.01, 0.1 and 1.0, and note the last losses.
# - Give patient 2 a hundred epochs. How low does the training loss get, with nothing to understand?
# - Does `relu` calm patient 4? Does it learn?
# - Break a network in a way of your own, show only its curves to someone else, and let them guess.

# %% [markdown]
# ## Ready to hand in?
# Save the notebook, then run this cell. It looks at the saved file and says what to fix, without training
# anything again. `ready_to_hand_in(whole=True)` runs all of it from a fresh start, and trains again.

# %%
from helpers import ready_to_hand_in

ready_to_hand_in()

# %% [markdown]
# ## The end of the course
# You have written neurons, losses, gradient descent and backpropagation by hand, and then let Keras do them
# for you. You can prepare data, build and train a network, judge it by images it has never seen, read its
# curves, and find out why it does not learn. That is most of the daily work with networks of any size.
#
# Two ways lead on from here. [**Regularisation**](../glossary.ipynb#regularisation) is the name for every
# method against overfitting; dropout, weight decay and early stopping are the first to try.
# [**Convolutional networks**](../glossary.ipynb#convolutional-network) look at small patches of an image
# instead of all its pixels at once, and use the same few weights everywhere; on Fashion-MNIST they do better
# than the dense networks of this course. The training itself stays the same: a batch, a forward pass, a
# loss, a backward pass, an update.
