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
# # Backpropagation, by hand
#
# ## What you will do
# You work out every gradient of a small network by hand, turn that into code for any batch, check it, and
# train with it. Then TensorFlow and Keras do the same.
#
# ## What you will learn
# - how the chain rule carries the loss back through a network, edge by edge
# - why gradients add where paths meet, and why all of them belong to the weights from before the update
# - how to find out whether a gradient is right
#
# ## What you need
# Lessons 01 to 03: dense layers and the sigmoid, the MSE, gradient descent and the central difference. The
# chain rule of calculus. In lesson 03 you followed gradients; here you find those of a network.
#
# **Time:** about 90 minutes. The code itself runs in about 10 s.
#
# **Stuck?** Run `exercises.forward.hint()` in a new cell, then `exercises.forward.hint(2)`. Every exercise
# has two such hints.
#
# **A word you do not know?** Every term of the course is in the [glossary](../glossary.ipynb).

# %%
import numpy as np

from helpers import NotDoneYet, require
from helpers.lessons.backpropagation import exercises, pictures
from helpers.lessons.backpropagation.stepper import show_step, step_through_backpropagation


def sigmoid(z):
    return 1 / (1 + np.exp(-z))

# %% [markdown]
# ## One sample, nine parameters
# A **2-2-1 network** has two inputs, two hidden neurons and one output. Every hidden and output neuron ends
# with a sigmoid, $\sigma(z) = 1/(1 + e^{-z})$. Here is the whole network, and one sample: its inputs and its
# true value.

# %%
x1, x2, y = 1.0, 2.0, 0.0
w11, w12, w21, w22 = 0.5, -1.0, -0.25, 0.25
b1, b2 = 0.5, -0.5
v1, v2, c = 1.0, -2.0, 0.75

params = {
    "W1": np.array([[w11, w12], [w21, w22]]),
    "b1": np.array([b1, b2]),
    "W2": np.array([[v1], [v2]]),
    "b2": np.array([c]),
}
picture = pictures.draw_network(params)

# %% [markdown]
# *The picture:* $w_{ij}$ is the weight of the edge from input $i$ to hidden neuron $j$, and $v_j$ that of the
# edge from hidden neuron $j$ to the output. $b_1$, $b_2$ and $c$ are the biases. `params` holds the same nine
# numbers as arrays, for later.
#
# ## Forward
# The [**forward pass**](../glossary.ipynb#forward-pass) works from left to right. In the first hidden
# neuron:
#
# $$z_1 = w_{11} x_1 + w_{21} x_2 + b_1 = 0.5 \cdot 1 - 0.25 \cdot 2 + 0.5 = 0.5, \qquad h_1 = \sigma(z_1)$$
#
# Here $z_1$ is the weighted sum, and $h_1$ the value of the neuron. The others follow in the same way:
#
# $$z_2 = w_{12} x_1 + w_{22} x_2 + b_2, \quad h_2 = \sigma(z_2), \qquad
# z_o = v_1 h_1 + v_2 h_2 + c, \quad \hat y = \sigma(z_o)$$
#
# $z_2$ and $h_2$ belong to the second hidden neuron, $z_o$ and $\hat y$ (`y_hat`) to the output. For one
# sample the MSE is $L = (\hat y - y)^2$, with the true value $y$.
#
# ### Exercise: `forward_pass`
# Work out `h1`, `h2`, `y_hat` and `loss`: on paper with four decimals, or in Python with the names above.

# %% nbgrader={"grade": false, "grade_id": "forward_pass", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
h1 = ...
h2 = ...
y_hat = ...
loss = ...
### BEGIN SOLUTION
h1 = sigmoid(w11 * x1 + w21 * x2 + b1)
h2 = sigmoid(w12 * x1 + w22 * x2 + b2)
y_hat = sigmoid(v1 * h1 + v2 * h2 + c)
loss = (y_hat - y) ** 2
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_forward_pass", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.forward_pass.check(h1, h2, y_hat, loss)

# %% tags=["raises-exception"]
require(h1=h1, h2=h2, y_hat=y_hat, loss=loss)
picture = pictures.draw_forward(params, (x1, x2), y)

# %% [markdown]
# *The picture:* the value of each neuron is in its circle. The output is 0.70 where 0 would be right, which
# costs a loss of 0.49.
#
# ## Backward
# How does the loss change when one weight changes a little? $v_1$ changes $z_o$, $z_o$ changes $\hat y$,
# $\hat y$ changes $L$. The chain rule multiplies the three slopes:
#
# $$\frac{\partial L}{\partial v_1} = \underbrace{\frac{\partial L}{\partial \hat y}}_{2(\hat y - y)} \cdot
# \underbrace{\frac{\partial \hat y}{\partial z_o}}_{\hat y (1 - \hat y)} \cdot
# \underbrace{\frac{\partial z_o}{\partial v_1}}_{h_1}$$
#
# The middle one is the slope of the sigmoid, which can be worked out from the sigmoid's own value:
# $\sigma'(z) = \sigma(z)\,(1 - \sigma(z))$.
#
# The first two factors are the same for $v_1$, $v_2$ and $c$. Work out their product once, and keep it:
#
# $$\delta_o = 2(\hat y - y)\,\hat y (1 - \hat y), \qquad \frac{\partial L}{\partial c} = \delta_o, \qquad
# \frac{\partial L}{\partial v_j} = \delta_o\, h_j$$
#
# $\delta_o$ is the gradient of the loss with respect to $z_o$. The hidden neurons start from it, one edge and
# one sigmoid further:
#
# $$\delta_j = \delta_o\, v_j\, h_j (1 - h_j), \qquad \frac{\partial L}{\partial b_j} = \delta_j, \qquad
# \frac{\partial L}{\partial w_{ij}} = \delta_j\, x_i$$
#
# $\delta_j$ is the gradient with respect to $z_j$. This is
# [**backpropagation**](../glossary.ipynb#backpropagation), and the reason for its order, from output to
# input: what each neuron needs has just been found to its right, and nothing is worked out twice. Going
# through the network in this direction is the [**backward pass**](../glossary.ipynb#backward-pass).
#
# ### Where paths meet
# $x_1$ reaches the loss on two paths: by way of $h_1$ and by way of $h_2$. A small change of it travels along
# both, and the effects on the loss add:
#
# $$\frac{\partial L}{\partial x_1} = \delta_1 w_{11} + \delta_2 w_{12}$$
#
# An input is not trained. But with one more layer on the left, $x_1$ would be a hidden neuron, and backpropagation would need this sum.
#
# ### Exercise: `gradients`
# Work out these ten numbers. `grad_v1` stands for $\partial L / \partial v_1$, and so on.

# %% nbgrader={"grade": false, "grade_id": "gradients", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
grad_c = ...
grad_v1 = ...
grad_v2 = ...
grad_b1 = ...
grad_w11 = ...
grad_w21 = ...
grad_b2 = ...
grad_w12 = ...
grad_w22 = ...
grad_x1 = ...
### BEGIN SOLUTION
grad_c = 2 * (y_hat - y) * y_hat * (1 - y_hat)
grad_v1 = grad_c * h1
grad_v2 = grad_c * h2
grad_b1 = grad_c * v1 * h1 * (1 - h1)
grad_w11 = grad_b1 * x1
grad_w21 = grad_b1 * x2
grad_b2 = grad_c * v2 * h2 * (1 - h2)
grad_w12 = grad_b2 * x1
grad_w22 = grad_b2 * x2
grad_x1 = grad_b1 * w11 + grad_b2 * w12
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_gradients", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.gradients.check(
    grad_c, grad_v1, grad_v2, grad_b1, grad_w11, grad_w21, grad_b2, grad_w12, grad_w22, grad_x1
)

# %% tags=["raises-exception"]
require(grad_c=grad_c, grad_b1=grad_b1, grad_b2=grad_b2, grad_x1=grad_x1)
picture = pictures.draw_gradients(params, (x1, x2), y)

# %% [markdown]
# *The picture:* below each weight and bias, in bold, its gradient. Above $x_1$ two paths have met:
# $0.0346 + 0.1157 = 0.1503$. A positive gradient says: make this weight smaller, and the loss falls.
#
# ## Edge by edge
# Move the slider with the arrow keys. It goes through the same numbers, forward in blue, then backward in
# orange. Where it does not work, `show_step(13)` shows step 13.

# %% tags=["nbval-ignore-output", "raises-exception"]
require(h1=h1, h2=h2, y_hat=y_hat, loss=loss, grad_c=grad_c, grad_b1=grad_b1, grad_b2=grad_b2, grad_x1=grad_x1)
step_through_backpropagation(params, (x1, x2), y)

# %% [markdown]
# ## Update: all at once
# Gradient descent subtracts learning rate times gradient from each weight. The loss should fall.

# %% tags=["raises-exception"]
require(loss=loss, grad_c=grad_c, grad_v1=grad_v1, grad_v2=grad_v2, grad_b1=grad_b1, grad_b2=grad_b2)
require(grad_w11=grad_w11, grad_w21=grad_w21, grad_w12=grad_w12, grad_w22=grad_w22)
rate = 0.5
new_h1 = sigmoid((w11 - rate * grad_w11) * x1 + (w21 - rate * grad_w21) * x2 + b1 - rate * grad_b1)
new_h2 = sigmoid((w12 - rate * grad_w12) * x1 + (w22 - rate * grad_w22) * x2 + b2 - rate * grad_b2)
new_v1, new_v2 = v1 - rate * grad_v1, v2 - rate * grad_v2
new_y_hat = sigmoid(new_v1 * new_h1 + new_v2 * new_h2 + c - rate * grad_c)
print(f"loss before {loss:.4f}, after {(new_y_hat - y) ** 2:.4f}")

print(f"grad_b2 with v2 from before the update: {grad_b2:.4f}")
print(f"grad_b2 with the new v2:                {grad_c * new_v2 * h2 * (1 - h2):.4f}")

# %% [markdown]
# The last two lines show a common mistake. $v_2$ is a factor in the gradients of the hidden layer. Update it
# first, and those belong neither to the old network nor to the new one. A gradient is the slope at **one**
# point: work out all gradients first, then change all weights.
#
# ## The same for a batch
# Now $n$ samples at once, one per row of $X$, of shape $(n, 2)$. The arrays in `params`:
#
# | key | shape | holds |
# |---|---|---|
# | `"W1"` | (2, 2) | $w_{ij}$ in row $i$, column $j$ |
# | `"b1"` | (2,) | $b_1$ and $b_2$ |
# | `"W2"` | (2, 1) | $v_1$ and $v_2$ |
# | `"b2"` | (1,) | $c$ |
#
# $$H = \sigma(X W_1 + b_1), \qquad \hat Y = \sigma(H W_2 + b_2), \qquad
# L = \frac{1}{n} \sum_{k=1}^{n} (\hat y_k - y_k)^2$$
#
# $H$ holds the hidden values, shape $(n, 2)$, and $\hat Y$ the outputs, shape $(n, 1)$; $\hat y_k$ and $y_k$
# are output and true value of sample $k$.
#
# ### Exercise: `forward`
# `forward` returns two things: `y_hat`, and a [**cache**](../glossary.ipynb#cache) with whatever your
# `backward` will need. What is in the cache is up to you. With our `params` and `x = [[1, 2]]`,
# `y_hat` is `[[0.6973]]`.

# %% nbgrader={"grade": false, "grade_id": "forward", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def forward(params, x):
    """Return y_hat, cache: the outputs, shape (n, 1), and what backward needs.

    params: dict with "W1" (2, 2), "b1" (2,), "W2" (2, 1), "b2" (1,). x: array of shape (n, 2).
    """
    ### BEGIN SOLUTION
    h = sigmoid(x @ params["W1"] + params["b1"])
    y_hat = sigmoid(h @ params["W2"] + params["b2"])
    return y_hat, (x, h, y_hat)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_forward", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.forward.check(forward)

# %% [markdown]
# Backward, the formulas keep their form. $\odot$ multiplies entry by entry, $^\top$ transposes:
#
# $$D_2 = \frac{2}{n} (\hat Y - Y) \odot \hat Y \odot (1 - \hat Y), \qquad
# D_1 = \left(D_2 W_2^\top\right) \odot H \odot (1 - H)$$
#
# $$\frac{\partial L}{\partial W_2} = H^\top D_2, \quad \frac{\partial L}{\partial b_2} = \sum_k D_{2,k},
# \quad \frac{\partial L}{\partial W_1} = X^\top D_1, \quad \frac{\partial L}{\partial b_1} = \sum_k D_{1,k}$$
#
# $D_2$, of shape $(n, 1)$, and $D_1$, of shape $(n, 2)$, hold the $\delta$ of all samples, one row $D_{2,k}$
# or $D_{1,k}$ for each sample $k$. $Y$ holds the true values.
#
# Every sample uses the same weights, so here too paths meet: the matrix products and sums add the gradients
# of all samples, and the $1/n$ in $D_2$ makes a mean of them.
#
# ### Exercise: `backward`
# For our `params`, `x = [[1, 2]]` and `y = [[0]]` it gives your numbers from above: for `"W2"`,
# `[[0.1832], [0.0792]]`. The check hands the cache of your `forward` to your `backward`.

# %% nbgrader={"grade": false, "grade_id": "backward", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def backward(params, cache, y):
    """Return the gradients of the MSE: a dict with the keys and shapes of params.

    params: as for forward. cache: what forward gave back. y: the true values, shape (n, 1).
    """
    ### BEGIN SOLUTION
    x, h, y_hat = cache
    d2 = 2 / len(y) * (y_hat - y) * y_hat * (1 - y_hat)
    d1 = d2 @ params["W2"].T * h * (1 - h)
    return {"W1": x.T @ d1, "b1": d1.sum(axis=0), "W2": h.T @ d2, "b2": d2.sum(axis=0)}
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_backward", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.backward.check(backward, forward)

# %% [markdown]
# ## Is it right?
# A wrong gradient raises no error: training just goes badly. So check it against the slope of lesson 03. For
# each single entry $p$ of `params`, with all others unmoved:
#
# $$\frac{\partial L}{\partial p} \approx \frac{L(p + h) - L(p - h)}{2h}$$
#
# $h$ is a small step. That takes two forward passes for each parameter: fine for nine, hopeless for the
# 101,770 of lesson 05. Backpropagation gets all of them from one forward and one backward pass.
#
# ### Exercise: `numerical_gradient`
# `loss` is a function that takes a dict like `params` and gives one number. Any keys and shapes are
# allowed. For a loss that is the sum of the cubes of all entries, `params = {"a": np.array([2.0])}` and
# `h = 0.1` it gives $(2.1^3 - 1.9^3) / 0.2$, so `{"a": [12.01]}`.

# %% nbgrader={"grade": false, "grade_id": "numerical_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def numerical_gradient(loss, params, h):
    """Return the central difference for every entry: a dict with the keys and shapes of params.

    loss: function of a dict like params. params: dict of float arrays, left as they are. h: the step.
    """
    ### BEGIN SOLUTION
    gradients = {}
    for name, array in params.items():
        gradients[name] = np.zeros(array.shape)
        for index in np.ndindex(array.shape):
            up, down = array.copy(), array.copy()
            up[index] += h
            down[index] -= h
            gradients[name][index] = (loss({**params, name: up}) - loss({**params, name: down})) / (2 * h)
    return gradients
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_numerical_gradient", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.numerical_gradient.check(numerical_gradient)

# %% tags=["raises-exception"]
one_x, one_y = np.array([[x1, x2]]), np.array([[y]])
exact = backward(params, forward(params, one_x)[1], one_y)

def loss_of(some_params):
    return np.mean((forward(some_params, one_x)[0] - one_y) ** 2)

near = numerical_gradient(loss_of, params, 1e-5)
errors = [np.max(np.abs(near[name] - exact[name])) for name in exact]
print("largest error below 1e-9:", max(errors) < 1e-9)
picture = pictures.draw_difference_error(numerical_gradient, loss_of, params, exact)

# %% [markdown]
# *The picture:* to the right the error grows as $h^2$: how much the curve bends changes within the step. To the left it
# grows as $1/h$: the two losses agree in nearly all of their 16 digits, and their difference is mostly
# rounding. At $h = 10^{-5}$ expect an error between $10^{-12}$ and $10^{-10}$. A slip in `backward` causes
# errors many times larger.
#
# ## Training on XOR
# [**XOR**](../glossary.ipynb#XOR) is 1 when exactly one of two inputs is 1. No straight line separates the
# two classes, so no single neuron can learn it. Two hidden neurons are enough.
#
# ### Exercise: `train`
# Repeat `steps` times: forward, note the loss, backward, update. `losses` holds `steps` numbers, the MSE from
# **before** each update. The `params` handed in stay as they are. For our sample, learning rate 0.5 and 1
# step, `losses` is `[0.4863]` and the new `"b2"` is `[0.6028]`.

# %% nbgrader={"grade": false, "grade_id": "train", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def train(params, x, y, learning_rate, steps):
    """Return params, losses after gradient descent on the MSE of the whole batch.

    params: as for forward. x: shape (n, 2). y: shape (n, 1).
    losses: one number per step, from before its update.
    """
    ### BEGIN SOLUTION
    losses = []
    for _ in range(steps):
        y_hat, cache = forward(params, x)
        losses.append(np.mean((y_hat - y) ** 2))
        gradients = backward(params, cache, y)
        params = {name: params[name] - learning_rate * gradients[name] for name in params}
    return params, losses
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_train", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.train.check(train)

# %% tags=["raises-exception"]
x_xor = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
y_xor = np.array([[0.0], [1.0], [1.0], [0.0]])
rng = np.random.default_rng(2)
start = {"W1": rng.normal(size=(2, 2)), "b1": np.zeros(2), "W2": rng.normal(size=(2, 1)), "b2": np.zeros(1)}

trained, losses = train(start, x_xor, y_xor, 2.0, 2000)
print("outputs, rounded:", forward(trained, x_xor)[0].round().ravel())
picture = pictures.draw_training(forward, start, trained, losses, x_xor, y_xor)

# %% [markdown]
# *The picture:* squares are samples with $y = 0$, dots those with $y = 1$; the colour is the output for every
# input. At the start it is much the same everywhere. The loss stays on a plateau for a while, until each
# hidden neuron has found a line; outside the two lines the output is high. The loss ends between 0.0005 and
# 0.002.
#
# ## One network, three engines
# For large networks, libraries do this. TensorFlow's `GradientTape` records the operations of the forward
# pass and goes through them backwards: backpropagation for any function.

# %% tags=["nbval-ignore-output"]
import keras
import tensorflow as tf

x_batches, y_batches = (x_xor[:2], x_xor[2:]), (y_xor[:2], y_xor[2:])
variables = {name: tf.Variable(array) for name, array in start.items()}

def tape_gradients(x, y):
    with tf.GradientTape() as tape:
        hidden = tf.sigmoid(x @ variables["W1"] + variables["b1"])
        output = tf.sigmoid(hidden @ variables["W2"] + variables["b2"])
        mse = tf.reduce_mean((output - y) ** 2)
    return tape.gradient(mse, variables)

# %% [markdown]
# Keras does the same inside `fit`. Its plain `SGD` optimizer subtracts learning rate times gradient, so with
# a learning rate of 1, weights before minus weights after one step are the gradient. `float64` asks for
# numbers as exact as NumPy's.

# %% tags=["nbval-ignore-output"]
network = keras.Sequential([
    keras.Input(shape=(2,), dtype="float64"),
    keras.layers.Dense(2, activation="sigmoid", dtype="float64"),
    keras.layers.Dense(1, activation="sigmoid", dtype="float64"),
])
network.compile(optimizer=keras.optimizers.SGD(1.0), loss=keras.losses.MeanSquaredError(dtype="float64"))
network.set_weights(list(start.values()))
network.fit(x_batches[0], y_batches[0], batch_size=2, verbose=0)
keras_first = [before - after for before, after in zip(start.values(), network.get_weights())]

network.set_weights(list(start.values()))
record = network.fit(x_xor, y_xor, batch_size=2, shuffle=False, epochs=50, verbose=0)

# %% [markdown]
# Now the three side by side: same start, same batches of two samples, learning rate 1, 100 steps.

# %% tags=["raises-exception"]
for name, array in start.items():
    variables[name].assign(array)
first = backward(start, forward(start, x_batches[0])[1], y_batches[0])
tape_first = tape_gradients(x_batches[0], y_batches[0])
by_hand = start
for step in range(100):
    x_batch, y_batch = x_batches[step % 2], y_batches[step % 2]
    by_hand, _ = train(by_hand, x_batch, y_batch, 1.0, 1)
    for name, gradient in tape_gradients(x_batch, y_batch).items():
        variables[name].assign_sub(1.0 * gradient)

for name, keras_gradient, keras_weights in zip(start, keras_first, network.get_weights()):
    assert np.allclose([tape_first[name], keras_gradient], first[name], rtol=0, atol=1e-6), name
    assert np.allclose([variables[name], keras_weights], by_hand[name], rtol=0, atol=1e-5), name
    print(f"{name}: gradients agree within 1e-6, weights after 100 steps within 1e-5")

# %% [markdown]
# Three engines, one calculation. All that is left between them is rounding.
#
# ## Recap
# - Forward: values from left to right, kept in a cache. Backward: gradients from right to left.
# - Each edge multiplies by one more slope; the sigmoid's is $a(1 - a)$ for its value $a$.
# - Gradients add where paths meet: at a neuron with several ways to the loss, and over the samples of a
#   batch.
# - All gradients first, then all updates.
# - Check gradients with central differences, $h$ near $10^{-5}$.
#
# Next: a network for pictures of clothes, with Keras.
#
# ## Try it yourself
# - Start XOR from `default_rng(6)`. What happens to the loss? Does a larger learning rate help?
# - Leave the slope of the hidden sigmoid out of `backward`. Does XOR still train? Does the check notice?
# - Give `step_through_backpropagation` an input of `(0, 0)`. Which gradients are 0, and why?
# - Start with all weights equal to 0. Why do the two hidden neurons never differ?

# %% [markdown]
# ## Ready to hand in?
# Save the notebook, then run this cell. It looks at the saved file and says what to fix, without training
# anything again. `ready_to_hand_in(whole=True)` runs all of it from a fresh start, and trains again.

# %%
from helpers import ready_to_hand_in

ready_to_hand_in()
