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
# # Gradient descent: how a network learns
#
# ## What you will do
# You write gradient descent, let it find the best line through data, and then build its faster relatives.
#
# ## What you will learn
# - what the slope of a loss says, and how to walk downhill with it
# - what the learning rate does, and where descent can end up
# - what batches, epochs and updates are
# - how momentum and Nesterov's variant change the path
#
# ## What you need
# Lesson 02: there you measured how wrong predictions are, with the MSE; here you make that loss small.
#
# **Time:** about 90 minutes. The code itself runs in about 3 s.
#
# **Stuck?** Run `exercises.slope.hint()` in a new cell, then `exercises.slope.hint(2)`. Every exercise has
# two such hints.
#
# **A word you do not know?** Every term of the course is in the [glossary](../glossary.ipynb).

# %%
from itertools import islice

import numpy as np

from helpers import NotDoneYet
from helpers.lessons.gradient_descent import exercises, pictures
from helpers.lessons.gradient_descent.explorer import explore_learning_rate, show_learning_rate

# %% [markdown]
# ## One weight, one loss
# Here are the six bus rides of lesson 02 again. The rule says $w$ minutes per kilometre, and one minute for
# the stop. Which $w$ has the lowest loss? [**Training**](../glossary.ipynb#training) answers such questions:
# it searches for the weights and biases with the lowest loss.

# %%
km = np.array([1.0, 2.0, 3.5, 5.0, 6.5, 8.0])
y_true = np.array([2.0, 10.0, 9.0, 20.0, 16.0, 27.0])

def loss(w):
    return np.mean((y_true - (w * km + 1)) ** 2)

for w in (0.8, 2, 3, 4):
    print(f"w = {w:<4} loss {loss(w):6.1f}")

# %% [markdown]
# A network has many thousands of weights: too many to try all values. Something must tell us which way to
# go.
#
# ## The slope
# Stand somewhere on a curve and take a tiny step to the right. How much you rise, divided by the length of
# the step, is the [**slope**](../glossary.ipynb#slope) there. Its exact value, for ever smaller steps, is
# the [**derivative**](../glossary.ipynb#derivative). Looking equally far to both sides gives a good
# estimate, the [**central difference**](../glossary.ipynb#central-difference):
#
# $$f'(x) \approx \frac{f(x + h) - f(x - h)}{2h}$$
#
# Here $f$ is the function, $x$ is the place, $h$ is a small distance, and $f'(x)$ is the derivative at $x$.
#
# ### Exercise: `slope`
# For $f(x) = x^2$, $x = 3$ and $h = 0.5$: $f(3.5) = 12.25$, $f(2.5) = 6.25$, and $(12.25 - 6.25) / 1 = 6$.

# %% nbgrader={"grade": false, "grade_id": "slope", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def slope(f, x, h):
    """Return the central difference of f at x, one number.

    f: a function of one number. x: a number, the place. h: a number above 0, how far to look to each side.
    """
    ### BEGIN SOLUTION
    return (f(x + h) - f(x - h)) / (2 * h)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_slope", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.slope.check(slope)

# %% tags=["raises-exception"]
picture = pictures.draw_tangents(loss, slope, steep=0.8, flat=3.0)

# %% [markdown]
# *The picture:* the loss of every $w$, with two tangents whose slopes come from your function. At the red
# square the curve is steep: a little more $w$ makes the loss much lower. At the green dot it is almost flat.
#
# The sign tells the direction. Where the slope is negative, the loss falls to the right; where it is
# positive, to the left. So **downhill is always against the slope**.

# %% [markdown]
# ## Walking downhill
# With several weights there is a slope for each of them. The list of these slopes is the
# [**gradient**](../glossary.ipynb#gradient); it points in the direction in which the loss grows fastest.
# [**Gradient descent**](../glossary.ipynb#gradient-descent) takes one step after another against it:
#
# $$\theta \leftarrow \theta - \eta \, \nabla L(\theta)$$
#
# Here $\theta$ (theta) stands for all weights and biases together, $L$ is the loss, $\nabla L(\theta)$ is
# its gradient at $\theta$, $\eta$ (eta) is the [**learning rate**](../glossary.ipynb#learning-rate), a small
# positive number, and $\leftarrow$ means: becomes. Near the bottom the gradient shrinks, and the steps with
# it.
#
# ### Exercise: `gradient_descent`
# For $L(\theta) = \theta^2$ the gradient is $2\theta$. From 4, with a learning rate of 0.25, the first step
# leads to $4 - 0.25 \cdot 8 = 2$ and the second to $2 - 0.25 \cdot 4 = 1$. So two steps give the path
# `[4, 2, 1]`.

# %% nbgrader={"grade": false, "grade_id": "gradient_descent", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def gradient_descent(gradient, start, learning_rate, steps):
    """Return the path of gradient descent: the start, then the place after each step.

    gradient: a function of a place; it gives an array of the same shape (or a number for a number).
    start: a number, or an array of shape (d,). learning_rate: a number above 0. steps: an integer above 0.
    The path is an array of shape (steps + 1,) for a number, (steps + 1, d) for an array.
    """
    ### BEGIN SOLUTION
    path = [start]
    for _ in range(steps):
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return np.array(path)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_gradient_descent", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.gradient_descent.check(gradient_descent)

# %% [markdown]
# ## How long should a step be?
# Here are twelve steps on the loss of the bus rides, with three learning rates.

# %% tags=["raises-exception"]
def gradient(w):
    return slope(loss, w, 0.001)

rates = {"too small": 0.001, "good": 0.015, "too large": 0.041}
picture = pictures.draw_learning_rates(loss, gradient, gradient_descent, rates)

# %% [markdown]
# *The picture:* each dot is a place on the path. If the learning rate is too small, descent is still far
# from done. With a good one, a few steps lead to the bottom. With one that is too large, each step jumps
# across the valley and lands higher than it began: descent [**diverges**](../glossary.ipynb#diverge), and
# the loss grows without limit.
#
# Find the largest learning rate that still works. Click the slider, then use the arrow keys.

# %% tags=["nbval-ignore-output"]
explore_learning_rate(gradient_descent, loss, gradient)

# %% [markdown]
# Without the slider, one call shows the same:

# %% tags=["raises-exception"]
show_learning_rate(0.03, gradient_descent, loss, gradient)

# %% [markdown]
# ## Where descent can end
# The slope is 0 at the lowest point, but not only there. A
# [**local minimum**](../glossary.ipynb#local-minimum) is lower than everything around it, though not the
# lowest of all, which is the [**global minimum**](../glossary.ipynb#global-minimum). A
# [**saddle point**](../glossary.ipynb#saddle-point) goes up in one direction and down in another. Two
# losses that have them:
#
# $$f(x) = x^4 - 3x^2 + x, \qquad f'(x) = 4x^3 - 6x + 1$$
# $$g(a, b) = a^2 - b^2 + \tfrac{1}{4} b^4, \qquad \nabla g = \left(2a,\; -2b + b^3\right)$$
#
# Here $x$ is the one weight of $f$, and $a$ and $b$ are the two weights of $g$.

# %% tags=["raises-exception"]
picture = pictures.draw_minimum_and_saddle(gradient_descent)

# %% [markdown]
# *The picture:* on the left, two starts close together end in different valleys. On the right, the crosses
# start exactly on the ridge of a saddle and stop at its middle, where the gradient is 0. The dots start just
# beside it: they slow down, then find the way out. A random start is hardly ever exactly on a ridge;
# this is one reason why networks begin with random weights.

# %% [markdown]
# ## A line with two parameters
# Now the minutes for the stop are learned as well: $\hat{y}_i = w x_i + b$. The gradient of the MSE then has
# two parts. Such a part is a [**partial derivative**](../glossary.ipynb#partial-derivative): the slope when
# only one of the numbers changes.
#
# $$L(w, b) = \frac{1}{n} \sum_{i=1}^{n} \left(w x_i + b - y_i\right)^2$$
# $$\frac{\partial L}{\partial w} = \frac{2}{n} \sum_{i=1}^{n} \left(w x_i + b - y_i\right) x_i
# \qquad \frac{\partial L}{\partial b} = \frac{2}{n} \sum_{i=1}^{n} \left(w x_i + b - y_i\right)$$
#
# Here $n$ is the number of samples, $x_i$ and $y_i$ are the input and the true value of sample $i$, $w$ is
# the weight, $b$ is the bias, $\hat{y}_i$ is the prediction, and $\partial$ marks a partial derivative.
#
# ### Exercise: `fit_line`
# Start with $w = 0$ and $b = 0$. In each step note the loss, work out both derivatives, and only then change
# both numbers. For `x = [0, 2]`, `y = [1, 5]`, learning rate 0.1 and one step: the loss is
# $(1 + 25) / 2 = 13$, the derivatives are −10 and −6. The result is `w = 1`, `b = 0.6`, `losses = [13]`.

# %% nbgrader={"grade": false, "grade_id": "fit_line", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def fit_line(x, y, learning_rate, steps):
    """Fit a line by gradient descent on the MSE, from w = 0 and b = 0. Return w, b, losses.

    x, y: arrays of shape (n,). learning_rate: a number above 0. steps: an integer above 0.
    w, b: two numbers, those after the last step.
    losses: `steps` numbers, the loss just before each step; the first is that of w = 0 and b = 0.
    """
    ### BEGIN SOLUTION
    w, b, losses = 0.0, 0.0, []
    for _ in range(steps):
        errors = w * x + b - y
        losses.append(np.mean(errors**2))
        slope_w, slope_b = 2 * np.mean(errors * x), 2 * np.mean(errors)
        w = w - learning_rate * slope_w
        b = b - learning_rate * slope_b
    return w, b, losses
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_fit_line", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.fit_line.check(fit_line)

# %% tags=["raises-exception"]
w, b, losses = fit_line(km, y_true, learning_rate=0.03, steps=400)
print(f"rule of thumb: 3.00 minutes per km and 1.00 for the stop, loss {loss(3):.2f}")
print(f"learned:       {w:.2f} minutes per km and {b:.2f} for the stop, loss {losses[-1]:.2f}")
picture = pictures.draw_fit(km, y_true, w, b, losses)

# %% [markdown]
# *The picture:* on the left the line that descent found, on the right its loss on the way. Both axes on the
# right are logarithmic: each mark is ten times the one before. Nearly everything happens in the first ten
# steps. The rest is a slow walk along the floor of a long valley, and ends only just below the loss of the rule
# of thumb.

# %% [markdown]
# ## Batches, updates, epochs
# So far each step looked at all samples:
# [**batch gradient descent**](../glossary.ipynb#batch-gradient-descent). With millions of samples that takes
# a long time, and a few already show roughly the right direction:
#
# - [**stochastic gradient descent**](../glossary.ipynb#stochastic-gradient-descent) takes one sample per
#   step
# - [**mini-batch gradient descent**](../glossary.ipynb#mini-batch-gradient-descent) takes a few, often 32 or
#   128; it is what networks are trained with
#
# Such a group of samples is a batch again, one step with it an [**update**](../glossary.ipynb#update). One
# pass through all the data is an [**epoch**](../glossary.ipynb#epoch). Each epoch shuffles the samples
# again, since data often come sorted.
#
# ### Exercise: `minibatches`
# Ten samples in batches of 4 make batches of 4, 4 and 2. Every sample appears exactly once, each `x`
# together with its own `y`. Shuffle with `rng`: for $n$ samples `rng.permutation(n)` gives the numbers 0 to
# $n - 1$ in random order. `yield` hands out one result and then goes on, where `return` would end the function.

# %% nbgrader={"grade": false, "grade_id": "minibatches", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def minibatches(x, y, batch_size, rng):
    """Yield the samples of one epoch as pairs x_batch, y_batch, shuffled by rng.

    x, y: arrays with n samples each, as their first axis. batch_size: an integer above 0.
    rng: a NumPy generator, as np.random.default_rng(seed) makes it; all randomness comes from it.
    Each batch has batch_size samples; the last one has what is left over. x and y stay as they are.
    """
    ### BEGIN SOLUTION
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        part = order[start : start + batch_size]
        yield x[part], y[part]
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_minibatches", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.minibatches.check(minibatches)

# %% [markdown]
# ### Exercise: `count_updates`
# How many updates does a training run make?
#
# $$\mathrm{updates} = \left\lceil \frac{n}{m} \right\rceil \cdot E$$
#
# Here $n$ is the number of samples, $m$ is the batch size, $E$ is the number of epochs, and
# $\lceil \dots \rceil$ rounds up to a whole number. 60,000 samples in batches of 10 make 6,000 updates per
# epoch, 12,000 in two epochs. In batches of 128 they make 469 per epoch, 2,345 in five.

# %% nbgrader={"grade": false, "grade_id": "count_updates", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def count_updates(n, batch_size, epochs):
    """Return how many updates training makes, a whole number.

    n: the number of samples. batch_size: samples per batch; the last one may be smaller. epochs: how many.
    All three are integers above 0.
    """
    ### BEGIN SOLUTION
    batches = -(-n // batch_size)
    return batches * epochs
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_count_updates", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.count_updates.check(count_updates)

# %% [markdown]
# ## A ball with momentum
# A ball rolling downhill has a velocity, and the slope only changes it.
# [**Momentum**](../glossary.ipynb#momentum) does the same, with two assignments per step, in this order:
#
# $$v \leftarrow \beta v - \eta \, \nabla L(\theta), \qquad \theta \leftarrow \theta + v$$
#
# Here $v$ is the [**velocity**](../glossary.ipynb#velocity), 0 at the start and of the same shape as
# $\theta$; $\beta$ (beta) is the part of it that is kept, at least 0 and below 1, often 0.9; $\theta$, $\eta$
# and $\nabla L$ are as before. Pushes in the same direction add up; pushes back and forth cancel.
#
# ### Exercise: `momentum`
# With the gradient $2\theta$, start 4, $\eta = 0.25$ and $\beta = 0.5$: first $v = -2$, so $\theta = 2$. Then
# $v = 0.5 \cdot (-2) - 0.25 \cdot 4 = -2$, so $\theta = 0$. The path is `[4, 2, 0]`.

# %% nbgrader={"grade": false, "grade_id": "momentum", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def momentum(gradient, start, learning_rate, beta, steps):
    """Return the path of gradient descent with momentum: the start, then the place after each step.

    beta: a number at least 0 and below 1. All else, and the shape of the path, is as in gradient_descent.
    """
    ### BEGIN SOLUTION
    path, v = [start], 0
    for _ in range(steps):
        v = beta * v - learning_rate * gradient(path[-1])
        path.append(path[-1] + v)
    return np.array(path)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_momentum", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.momentum.check(momentum)

# %% [markdown]
# ## Looking ahead, with Nesterov
# The velocity will carry the ball on by $\beta v$ in any case.
# [**Nesterov momentum**](../glossary.ipynb#Nesterov-momentum) takes the gradient there, and so brakes
# earlier:
#
# $$v \leftarrow \beta v - \eta \, \nabla L(\theta + \beta v), \qquad \theta \leftarrow \theta + v$$
#
# All symbols are those of momentum; on the right of the first arrow, $v$ is the velocity from the step
# before.
#
# ### Exercise: `nesterov`
# The same numbers as above: the first step is the same, with $v = -2$ and $\theta = 2$. Ahead lies
# $2 + 0.5 \cdot (-2) = 1$, where the gradient is 2. So $v = -1 - 0.25 \cdot 2 = -1.5$, and the path is
# `[4, 2, 0.5]`.

# %% nbgrader={"grade": false, "grade_id": "nesterov", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def nesterov(gradient, start, learning_rate, beta, steps):
    """Return the path of gradient descent with Nesterov momentum: the start, then θ after each step.

    The arguments and the shape of the path are as in momentum.
    """
    ### BEGIN SOLUTION
    path, v = [start], 0
    for _ in range(steps):
        v = beta * v - learning_rate * gradient(path[-1] + beta * v)
        path.append(path[-1] + v)
    return np.array(path)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_nesterov", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.nesterov.check(nesterov)

# %% [markdown]
# ## Five paths, one surface
# 64 made-up samples lie around the line $y = 2x + 1$. Which of the five comes closest to the lowest loss in
# 40 updates, from the same start and with the same learning rate?

# %%
rng = np.random.default_rng(3)
x = rng.uniform(0, 2, 64)
y = 2 * x + 1 + rng.normal(0, 0.5, 64)
start, rate, beta, updates = np.array([-1.0, 3.0]), 0.05, 0.8, 40

def loss_of_line(theta):
    return np.mean((theta[0] * x + theta[1] - y) ** 2)

def gradient_on(x, y):
    x, y = np.asarray(x), np.asarray(y)
    def gradient_of_line(theta):
        errors = theta[0] * x + theta[1] - y
        return 2 * np.array([np.mean(errors * x), np.mean(errors)])
    return gradient_of_line

# %% tags=["raises-exception"]
def descend_by_batches(batch_size, epochs):
    path = [start]
    for _ in range(epochs):
        for x_batch, y_batch in islice(minibatches(x, y, batch_size, rng), updates):
            path.append(gradient_descent(gradient_on(x_batch, y_batch), path[-1], rate, 1)[-1])
    return np.array(path[: updates + 1])

paths = {
    "batch": gradient_descent(gradient_on(x, y), start, rate, updates),
    "stochastic": descend_by_batches(1, epochs=1),
    "mini-batch of 8": descend_by_batches(8, epochs=5),
    "momentum": momentum(gradient_on(x, y), start, rate, beta, updates),
    "Nesterov": nesterov(gradient_on(x, y), start, rate, beta, updates),
}
picture = pictures.draw_paths(loss_of_line, paths)

# %% [markdown]
# *The picture:* the grey lines join places of equal loss; they form a long valley. Batch gradient descent
# creeps along its floor. Stochastic descent staggers around that path, mini-batch much less: the average over
# a batch evens out the noise. Momentum gathers speed, swings past and comes back. Nesterov swings less,
# because it looks ahead.
#
# Equal numbers of updates are not equal work: the updates of batch, momentum and Nesterov each looked at all
# 64 samples, those of stochastic descent at one. In practice, momentum is combined with mini-batches.

# %% [markdown]
# ## Recap
# - Each update is a step against the gradient. The learning rate scales its length.
# - Too small a learning rate wastes time; with too large a one, descent diverges. It can stop in a local
#   minimum.
# - An epoch is one pass through the data, in ⌈n / batch size⌉ updates.
#
# | optimizer | samples per update | its name in Keras |
# |---|---|---|
# | batch gradient descent | all | `SGD(learning_rate)` with `batch_size=n` |
# | stochastic gradient descent | 1 | the same with `batch_size=1` |
# | mini-batch gradient descent | a few | the same with `batch_size=32` |
# | momentum | mostly a few | `SGD(learning_rate, momentum=0.9)` |
# | Nesterov | mostly a few | `SGD(learning_rate, momentum=0.9, nesterov=True)` |
#
# With `nesterov=True`, Keras keeps the place ahead, $\theta + \beta v$, as its weights. So its path differs from
# that of your `nesterov`, and ends in the same minimum.
#
# Next: where the gradient of a whole network comes from, by backpropagation.
#
# ## Try it yourself
# - Run `gradient_descent(pictures.slope_of_two_valleys, ...)` from several starts. Where is the
#   border?
# - Can momentum roll out of the local minimum? Try `momentum` from 2 with a learning rate of 0.02 and beta
#   0.9.
# - Raise `rate` in the last section to 0.3. Which path suffers most?

# %% [markdown]
# ## Ready to hand in?
# Save the notebook, then run this cell. It runs the saved file from a fresh start and says what to fix. Your
# notebook is not changed.

# %%
from helpers import ready_to_hand_in

ready_to_hand_in()
