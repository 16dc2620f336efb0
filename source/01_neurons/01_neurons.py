# ---
# jupyter:
#   jupytext:
#     notebook_metadata_filter: course
#   course:
#     datasets: []
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Neurons: from input to prediction
#
# ## What you will do
# You write the parts of a neural network, from a single neuron to a whole layer, and send numbers through
# them.
#
# ## What you will learn
# - what layers, neurons, weights, biases and activation functions are
# - how a layer works on many samples at once
# - how many parameters a network has
#
# ## What you need
# Lesson 00, where you saw how cells and checks work. NumPy arrays: shapes, arithmetic, `@` for the product of
# two matrices.
#
# **Time:** about 60 minutes. The code itself runs in about 2 s.
#
# **Stuck?** Run `exercises.relu.hint()` in a new cell, then `exercises.relu.hint(2)`. Every exercise has two
# such hints.
#
# **A word you do not know?** Every term of the course is in the [glossary](../glossary.ipynb).

# %%
import numpy as np

from helpers import NotDoneYet
from helpers.lessons.neurons import exercises, pictures

# %% [markdown]
# ## Layers of numbers
# A [**neural network**](../glossary.ipynb#neural-network) is a calculation in steps. Each step makes a new
# list of numbers from the one before, in which what matters is easier to see. Such a list is a
# [**layer**](../glossary.ipynb#layer), and each place in it is a [**neuron**](../glossary.ipynb#neuron): it
# holds one number.

# %%
picture = pictures.draw_network([784, 128, 10])

# %% [markdown]
# *The picture:* circles are neurons, lines are connections. Large layers are shortened to their first and
# last neurons. The [**input layer**](../glossary.ipynb#input-layer) holds the data, the
# [**output layer**](../glossary.ipynb#output-layer) the prediction. The layers in between are
# [**hidden**](../glossary.ipynb#hidden-layer): nobody outside sees their numbers. With several of them, a
# network is [**deep**](../glossary.ipynb#deep-network). Layers whose neurons are connected to all neurons of
# the layer before are called [**dense**](../glossary.ipynb#dense-layer), or fully connected.

# %% [markdown]
# ## An image is 784 numbers
# An input layer holds numbers, so everything else must become numbers first. In a grey image each pixel is
# already a number, here from 0 (paper) to 1 (ink).

# %%
image = pictures.make_seven()
print("shape of the image:", image.shape)
print("shape in one line: ", image.reshape(-1).shape)

picture = pictures.draw_image_as_numbers(image)

# %% [markdown]
# *The picture:* the image; the pixels in its frame as numbers; and below, all 28 rows in one line:
# 28 · 28 = 784 numbers. So the network above has 784 input neurons, and ten output neurons, one per digit.
#
# Networks usually get several samples together, a [**batch**](../glossary.ipynb#batch). The first axis of an
# array counts them. The number of axes, `ndim` in NumPy, is the [**rank**](../glossary.ipynb#rank) of the
# array:
#
# | one sample | axes of a batch | rank |
# |---|---|---|
# | a vector, such as the weather of one day | samples, features | 2 |
# | a sequence, such as that weather by the hour | samples, steps, features | 3 |
# | an image | samples, rows, columns, colours | 4 |
# | a video | samples, frames, rows, columns, colours | 5 |
#
# Grey images need no axis for colours: rank 3.

# %% [markdown]
# ## One neuron
# Is it a good day for a walk? Say there are 6 hours of sunshine, 2 mm of rain and a wind of force 2. A neuron
# gives each input $x_i$ a [**weight**](../glossary.ipynb#weight) $w_i$: how much does it count, and in which
# direction? It adds up the products and one more number, the [**bias**](../glossary.ipynb#bias) $b$:
#
# $$z = \sum_{i=1}^{n} w_i x_i + b$$
#
# Here $n$ is the number of inputs, $\sum$ adds up over all of them, and $z$ is the
# [**weighted sum**](../glossary.ipynb#weighted-sum). The bias is what $z$ is when all inputs are 0, like the
# intercept of a line. People who love walking have a higher bias.
#
# ### Exercise: `weighted_sum`
# For `x = [6, 2, 2]`, `w = [0.5, -1.5, -1]` and `b = 1` the products are 3, −3 and −2. With the bias that
# makes −1. Better to stay at home.

# %% nbgrader={"grade": false, "grade_id": "weighted_sum", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def weighted_sum(x, w, b):
    """Return the weighted sum of one neuron, one number.

    x, w: arrays of shape (n,), the inputs and their weights. b: a number, the bias.
    """
    ### BEGIN SOLUTION
    return np.sum(w * x) + b
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_weighted_sum", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.weighted_sum.check(weighted_sum)

# %% [markdown]
# Different weights are a different opinion: the second of these two people does not mind the rain.

# %% tags=["raises-exception"]
days = {"sunny": [8.0, 0.0, 1.0], "mixed": [6.0, 2.0, 2.0], "wet": [1.0, 6.0, 3.0]}
first, second = np.array([0.5, -1.5, -1.0]), np.array([0.5, 0.0, -1.0])

for day, inputs in days.items():
    z_first = weighted_sum(np.array(inputs), first, 1.0)
    z_second = weighted_sum(np.array(inputs), second, 1.0)
    print(f"{day:6} first person {z_first:6.2f}   second person {z_second:6.2f}")

# %% [markdown]
# ## Activation functions
# A neuron does not hold its weighted sum itself, but what an
# [**activation function**](../glossary.ipynb#activation-function) $F$ makes of it:
#
# $$y = F(z) = F\left(\sum_{i=1}^{n} w_i x_i + b\right)$$
#
# Here $y$ is the number that the neuron holds. The most common $F$ in hidden layers is
# [**relu**](../glossary.ipynb#relu) (rectified linear unit). It lets positive numbers through and turns
# negative ones into 0:
#
# $$\mathrm{relu}(z) = \max(0, z)$$
#
# ### Exercise: `relu`
# `[-2, 0, 3]` becomes `[0, 0, 3]`. The result has the shape of `z`.

# %% nbgrader={"grade": false, "grade_id": "relu", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def relu(z):
    """Return relu of every entry.

    z: array of any shape. The result is a new array of the same shape.
    """
    ### BEGIN SOLUTION
    return np.maximum(0, z)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_relu", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.relu.check(relu)

# %% [markdown]
# The [**sigmoid**](../glossary.ipynb#sigmoid) $\sigma$ squashes every number into the range from 0 to 1. In
# an output neuron that can be read as the probability of "yes".
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# Here $e$ is Euler's number, about 2.718; `np.exp(z)` is $e^z$.
#
# ### Exercise: `sigmoid`
# For `z = 0` it is 1 / (1 + 1) = 0.5, for `z = 2` about 0.88. Far out it must not become `nan` (not a
# number): it is 0 at −1000 and 1 at 1000. NumPy may warn of an overflow at −1000. Never mind: $e^{1000}$
# then counts as infinity, and one divided by infinity is 0.

# %% nbgrader={"grade": false, "grade_id": "sigmoid", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def sigmoid(z):
    """Return the sigmoid of every entry.

    z: array of any shape. The result has the same shape, with numbers from 0 to 1.
    """
    ### BEGIN SOLUTION
    return 1 / (1 + np.exp(-z))
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_sigmoid", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.sigmoid.check(sigmoid)

# %% [markdown]
# Your functions draw their own curves. [**tanh**](../glossary.ipynb#tanh), in NumPy `np.tanh`, is like a
# sigmoid from −1 to 1.

# %% tags=["raises-exception"]
picture = pictures.draw_activations(relu, sigmoid)

# %% [markdown]
# *The picture:* relu is 0 on the left and $z$ itself on the right, with a corner at 0. Sigmoid and tanh are
# smooth, and flat at both ends, where a change of $z$ hardly matters. Note the different scales.

# %% [markdown]
# ## Softmax: probabilities for classes
# Ten output neurons for ten classes should hold ten probabilities: none negative, together 1.
# [**Softmax**](../glossary.ipynb#softmax) makes them from a whole row of weighted sums:
#
# $$p_j = \frac{e^{z_j}}{\sum_{k=1}^{c} e^{z_k}}$$
#
# Here $c$ is the number of classes, $z_j$ is the weighted sum of class $j$, $p_j$ is its probability, and
# the sum below runs over all classes $k$. The exponential makes numbers positive; dividing makes them add
# up to 1.
#
# There is a trap: $e^{1000}$ does not fit into a float, and infinity divided by infinity is `nan`. The way
# out: **subtract the same number from all $z$ of a row**. Numerator and denominator are divided
# by the same number, so softmax stays what it was. Take the row's largest number, and no exponent is above 0.
#
# ### Exercise: `softmax`
# For the row `[2, 1, 0]`, subtract 2: `[0, -1, -2]`. The exponentials are about 1, 0.37 and 0.14, their sum
# is 1.50, and the probabilities are 0.67, 0.24 and 0.09. Each row is a sample by itself.

# %% nbgrader={"grade": false, "grade_id": "softmax", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def softmax(z):
    """Return the probabilities of all classes, for each sample of a batch.

    z: array of shape (n, n_classes), also with large numbers. The result has the same shape, and every row
    adds up to 1.
    """
    ### BEGIN SOLUTION
    exponentials = np.exp(z - z.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_softmax", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.softmax.check(softmax)

# %% tags=["raises-exception"]
picture = pictures.draw_softmax(softmax)

# %% [markdown]
# *The picture:* only the $z$ of class A moves. As its probability grows, the others shrink although their own
# $z$ stay the same: softmax looks at a row as a whole.

# %% [markdown]
# ## A whole layer at once
# A dense layer holds many neurons, a batch many samples. One line does all of it:
#
# $$Y = F(X W + b)$$
#
# Here $X$ holds one sample per row, and $W$ one column of weights per neuron. In the matrix product $XW$,
# every row of $X$ meets every column of $W$. $b$ holds a bias per neuron and is added to every row. $F$ is
# the activation, and $Y$ the result, one row per sample. In code you will also see
# `y = relu(dot(w, x) + b)`. There a sample is a column, so `w` comes first, with one row of weights per neuron.
#
# ### Exercise: `dense`
# For `x = [[1, 2, 3]]`, `W = [[1, 0], [-1, 2], [0.5, 1]]` and `b = [0.5, -8]` the product is `[[0.5, 7]]`.
# With the bias that is `[[1, -1]]`, and after relu `[[1, 0]]`.

# %% nbgrader={"grade": false, "grade_id": "dense", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def dense(x, W, b, activation):
    """Return what a dense layer makes of a batch, shape (n, n_out).

    x: array of shape (n, n_in), one sample per row. W: array of shape (n_in, n_out), the weights.
    b: array of shape (n_out,), the biases.
    activation: a function that takes an array of shape (n, n_out) and returns one of the same shape.
    """
    ### BEGIN SOLUTION
    return activation(x @ W + b)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_dense", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.dense.check(dense)

# %% [markdown]
# Two layers make a network. This one decides about the mixed day: stay at home, or go? Before training,
# weights are small **random** numbers, so that the neurons of a layer differ; biases are usually 0.

# %% tags=["raises-exception"]
rng = np.random.default_rng(1)
mixed_day = np.array([[6.0, 2.0, 2.0]])
W1, b1 = rng.normal(0, 0.3, (3, 4)), np.zeros(4)
W2, b2 = rng.normal(0, 0.3, (4, 2)), np.zeros(2)

hidden = dense(mixed_day, W1, b1, relu)
output = dense(hidden, W2, b2, softmax)
picture = pictures.draw_network([3, 4, 2], values=[mixed_day, hidden, output], weights=[W1, W2])

# %% [markdown]
# *The picture:* each circle shows the number that its neuron holds. Hidden neurons with a negative sum hold
# 0: that is relu. The two outputs add up to 1. What they say means nothing yet: this network is untrained.

# %% [markdown]
# ## How many numbers to learn?
# Weights and biases are the [**parameters**](../glossary.ipynb#parameter) of a network: the numbers that
# training changes. Each connection has a weight. Each neuron has a bias, except in the input layer, which
# only holds the data.
#
# ### Exercise: `count_parameters`
# A network of 2, 2 and 1 neurons has 2 · 2 + 2 parameters in its hidden layer and 2 · 1 + 1 in its output
# layer: 9 in total. Lists may be longer.

# %% nbgrader={"grade": false, "grade_id": "count_parameters", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def count_parameters(layer_sizes):
    """Return the number of weights and biases of a dense network, a whole number.

    layer_sizes: list of the numbers of neurons, from the input layer to the output layer, at least two.
    """
    ### BEGIN SOLUTION
    total = 0
    for n_in, n_out in zip(layer_sizes[:-1], layer_sizes[1:]):
        total += n_in * n_out + n_out
    return total
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_count_parameters", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.count_parameters.check(count_parameters)

# %% [markdown]
# What do two networks like the one in the first picture, with random weights, make of the image of the
# seven?

# %% tags=["raises-exception"]
print("parameters:", f"{count_parameters([784, 128, 10]):,}")

for seed in (1, 2):
    rng = np.random.default_rng(seed)
    hidden = dense(image.reshape(1, 784), rng.normal(0, 0.05, (784, 128)), np.zeros(128), relu)
    probabilities = dense(hidden, rng.normal(0, 0.05, (128, 10)), np.zeros(10), softmax)
    print(f"network {seed}: digit {np.argmax(probabilities)} with a probability of {np.max(probabilities):.2f}")

# %% [markdown]
# Different weights, different guesses, none of them sure. Finding better parameters is what training is for.

# %% [markdown]
# ## Why an activation at all?
# Leave $F$ out of two layers, one after the other. For a sample $x$:
#
# $$(x W_1 + b_1) W_2 + b_2 = x (W_1 W_2) + (b_1 W_2 + b_2)$$
#
# Here $W_1, b_1$ belong to the first layer and $W_2, b_2$ to the second. The right side is **a single
# layer** with the weights $W_1 W_2$. (With samples as columns, as in many books:
# $W_2(W_1 x) = (W_2 W_1)x$.) Does it hold in numbers? The code calls these weights `V1, c1, V2, c2`, so that
# `W1` and `b1` stay those of the small network above.

# %% tags=["raises-exception"]
def no_activation(z):
    return z

rng = np.random.default_rng(5)
x = rng.normal(size=(4, 3))
V1, c1, V2, c2 = rng.normal(size=(3, 6)), rng.normal(size=6), rng.normal(size=(6, 2)), rng.normal(size=2)
one_layer = x @ (V1 @ V2) + (c1 @ V2 + c2)

for F in (no_activation, relu):
    two_layers = dense(dense(x, V1, c1, F), V2, c2, no_activation)
    print(f"{F.__name__:14} two layers equal one layer: {np.allclose(two_layers, one_layer)}")

# %% [markdown]
# However many layers you stack, without $F$ they are one [**linear**](../glossary.ipynb#linear) layer, and
# its graph is straight.

# %% tags=["raises-exception"]
picture = pictures.draw_with_and_without_activation(dense, relu)

# %% [markdown]
# *The picture:* the dots are the temperatures of a day. One network with eight hidden neurons was fitted to
# them twice. Without activation its line is straight, and off by 2 to 3 °C on average. With relu, each
# hidden neuron can add a bend; the line follows the dots and is off by less than 0.3 °C.
#
# ### Question: why an activation?
# A friend builds fifty dense layers without activation functions, "so deep that it can learn anything".
# What do you tell them, and why? A few sentences in your own words are enough. Your instructor reads this
# answer (2 points).

# %% [markdown] nbgrader={"grade": true, "grade_id": "why_activation", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# Each layer without an activation is a linear map (with a shift), and such maps one after another are again a
# single one: the weight matrices can be multiplied together beforehand. The fifty layers can do no more than
# one, and fit no curve. A function such as relu between the layers breaks this, so that depth is worth
# something.
# ### END SOLUTION

# %% [markdown]
# ## Recap
# - Layer by layer, a network turns numbers into numbers; each neuron holds one.
# - A neuron: inputs times weights, added up, plus a bias, then an activation.
# - relu for hidden layers, sigmoid for yes or no, softmax for one of several classes.
# - A dense layer is $F(XW + b)$. A network with layers of 784, 128 and 10 neurons has 101,770 parameters.
# - Without activations, a deep network is one linear layer.
#
# Next: loss functions, which say how wrong a prediction is.
#
# ## Try it yourself
# - Give the second person a bias of −2.5. On which days do they still go for a walk?
# - Send all three days through the small network at once, as a batch of shape (3, 3).
# - Add 100 to all numbers of a row. Does `softmax` change? And if you multiply them by 10?

# %% [markdown]
# ## Ready to hand in?
# Save the notebook, then run this cell. It runs the saved file from a fresh start and says what to fix. Your
# notebook is not changed.

# %%
from helpers import ready_to_hand_in

ready_to_hand_in()
