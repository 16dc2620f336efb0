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
# # Loss functions: how wrong is the network?
#
# ## What you will do
# You write four common loss functions, and look at what each of them punishes.
#
# ## What you will learn
# - why training needs one number for how far off the predictions are
# - how mean squared error, mean absolute error, hinge loss and cross-entropy are worked out, and when each is
#   used
# - what loss tells you and what accuracy tells you
#
# ## What you need
# NumPy arrays: arithmetic, `np.mean`, indexing.
#
# **Time:** about 60 minutes. The code itself runs in about 2 s.
#
# **Stuck?** Run `exercises.mse.hint()` in a new cell, then `exercises.mse.hint(2)`. Every exercise has two
# such hints.
#
# **A word you do not know?** Every term of the course is in the [glossary](../glossary.ipynb).

# %%
import numpy as np

from helpers import NotDoneYet
from helpers.lessons.loss_function import exercises, pictures

# %% [markdown]
# ## Six bus rides
# How long does a bus ride take? A rule of thumb: three minutes per kilometre and one minute for the stop.
# Then six rides are measured. What was measured is `y_true`, what the rule says is `y_pred`, and the
# difference is the error.

# %%
km = np.array([1.0, 2.0, 3.5, 5.0, 6.5, 8.0])
y_true = np.array([2.0, 10.0, 9.0, 20.0, 16.0, 27.0])
y_pred = 3 * km + 1

print("measured ", y_true)
print("predicted", y_pred)
print("errors   ", y_true - y_pred)

# %% [markdown]
# Is this rule better than two minutes per kilometre? Six errors are hard to compare. We want **one number
# that is high when predictions are bad and low when they are good**. A function that gives it is a
# [**loss function**](../glossary.ipynb#loss-function). Training a network means searching for the weights
# and biases with a small loss, so this function decides what the network learns to care about.
#
# Why not just average the errors?

# %%
print("average of the errors:", np.mean(y_true - y_pred))

# %% [markdown]
# 0, as if the rule were perfect: errors above and below have cancelled. A loss must not let that happen.

# %% [markdown]
# ## Squares that you can see
# Give each error a square whose side is as long as the error. An area is never negative, so nothing cancels.

# %%
picture = pictures.draw_squared_errors(km, y_true, y_pred)

# %% [markdown]
# *The picture:* the blue line is the rule, the dots are the measured rides. Each stick is an error, each
# shaded square that error squared. The ride that is 4.5 minutes off gets 20.25 minutes²; those that are 2
# minutes off get only 4.
#
# The average area of these squares is the [**mean squared error**](../glossary.ipynb#mean-squared-error), or
# MSE:
#
# $$\mathrm{MSE} = \frac{1}{n} \sum_{i=1}^{n} \left(y_{\mathrm{true},i} - y_{\mathrm{pred},i}\right)^2$$
#
# Here $n$ is the number of samples (six rides), $y_{\mathrm{true},i}$ is the true value of sample $i$,
# $y_{\mathrm{pred},i}$ is what was predicted for it, and $\sum$ adds up over all samples.
#
# Why not the sum? For sixty rides it would be about ten times as large as for six, with the same rule. The
# average stays comparable. Note the unit: minutes squared. The square root of the MSE is in minutes again.
#
# ### Exercise: `mse`
# For `y_true = [3, 5, 2]` and `y_pred = [2, 5, 5]` the errors are 1, 0 and −3, their squares 1, 0 and 9, and
# the mean of those is 10/3, about 3.33.

# %% nbgrader={"grade": false, "grade_id": "mse", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def mse(y_true, y_pred):
    """Return the mean squared error, one number.

    y_true, y_pred: arrays of shape (n,), the true and the predicted values.
    """
    ### BEGIN SOLUTION
    return np.mean((y_true - y_pred) ** 2)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_mse", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.mse.check(mse)

# %% [markdown]
# With your function, rules can be compared. The lowest loss wins.

# %% tags=["raises-exception"]
for minutes_per_km in (2, 3, 4):
    loss = mse(y_true, minutes_per_km * km + 1)
    print(f"{minutes_per_km} minutes per km: MSE {loss:.2f} minutes²")

# %% [markdown]
# ## The size of the error, as it is
# Another way to get rid of the sign is the absolute value. The
# [**mean absolute error**](../glossary.ipynb#mean-absolute-error), MAE, is the average length of the sticks
# in the picture above:
#
# $$\mathrm{MAE} = \frac{1}{n} \sum_{i=1}^{n} \left|y_{\mathrm{true},i} - y_{\mathrm{pred},i}\right|$$
#
# The names are the same as before, and $|\dots|$ is the absolute value. The unit is plain minutes.
#
# ### Exercise: `mae`
# With the same `y_true = [3, 5, 2]` and `y_pred = [2, 5, 5]`, the sizes are 1, 0 and 3. Their mean is 4/3,
# about 1.33.

# %% nbgrader={"grade": false, "grade_id": "mae", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def mae(y_true, y_pred):
    """Return the mean absolute error, one number.

    y_true, y_pred: arrays of shape (n,), the true and the predicted values.
    """
    ### BEGIN SOLUTION
    return np.mean(np.abs(y_true - y_pred))
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_mae", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.mae.check(mae)

# %% [markdown]
# ## One prediction, two losses
# What does one prediction cost as it moves away from the truth? Your own functions draw the curves.

# %% tags=["raises-exception"]
picture = pictures.draw_one_prediction(mse, mae)

# %% [markdown]
# *The picture:* both losses are 0 for an exact prediction. The MAE climbs at the same rate everywhere, with a
# sharp corner at 0. The MSE is a smooth bowl: flat near the truth, steeper with every step away from it.
# Errors below 1 cost less than under the MAE, larger ones more. The slope of such curves is what training
# follows downhill, in the next lesson.

# %% [markdown]
# ## One ride in a traffic jam
# Five rides took 18, 19, 20, 21 and 22 minutes. Which single guess for all of them has the lowest loss? And
# if the last bus had been caught in a jam and taken 60 minutes? A value that far out is called an
# [**outlier**](../glossary.ipynb#outlier).

# %% tags=["raises-exception"]
usual = np.array([18.0, 19.0, 20.0, 21.0, 22.0])
with_jam = np.array([18.0, 19.0, 20.0, 21.0, 60.0])
picture = pictures.draw_best_constant(mse, mae, usual, with_jam)

# %% [markdown]
# *The picture:* each curve is the loss of every guess, its dot the best one. Without the jam both losses
# choose 20 minutes. With it, the MSE chooses 27.6, which no ride came near; the MAE stays at 20.
#
# Squaring is the reason: one error of 40 costs as much as a hundred errors of 4. (The best guess is the mean
# of the values under the MSE, their median under the MAE.) If one large error is a disaster, choose the MSE.
# If large errors are mostly faults of the measurement, choose the MAE.

# %% [markdown]
# ### Question: why square the errors?
# Give two reasons for squaring the errors before averaging them, and one case in which you would rather not.
# A few sentences in your own words are enough. Your instructor reads this answer (2 points).

# %% [markdown] nbgrader={"grade": true, "grade_id": "why_square", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# Squares are never negative, so errors cannot cancel. Large errors cost far more than small ones. The curve
# is smooth, and its slope shrinks towards the minimum. (Any two of these.) With outliers that are faults of
# the measurement I would rather not square, because a few of them would dominate the loss.
# ### END SOLUTION

# %% [markdown]
# ## Two classes, labelled +1 and −1
# Often the answer is a class: is this message junk or not? Call one class $+1$, the other $-1$. The model
# gives a [**score**](../glossary.ipynb#score): above 0 it leans towards $+1$, below 0 to $-1$, and the further
# from 0, the surer it is.
#
# Label times score is the [**margin**](../glossary.ipynb#margin). It is positive when the model is on the
# right side. The [**hinge loss**](../glossary.ipynb#hinge-loss) asks for a margin of at least 1 and charges
# for what is missing:
#
# $$\mathrm{hinge} = \frac{1}{n} \sum_{i=1}^{n} \max\left(0,\; 1 - y_i s_i\right)$$
#
# Here $n$ is the number of samples, $y_i$ is the label of sample $i$ ($+1$ or $-1$), and $s_i$ is its score.
#
# ### Exercise: `hinge`
# For labels `[1, -1, 1, -1]` and scores `[2, 0.5, 0.3, -1.5]` the margins are 2, −0.5, 0.3 and 1.5. The
# samples cost 0, 1.5, 0.7 and 0; their mean is 0.55.

# %% nbgrader={"grade": false, "grade_id": "hinge", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def hinge(y_true, scores):
    """Return the hinge loss, one number: the mean over all samples.

    y_true: array of shape (n,), every label is 1 or -1.
    scores: array of shape (n,), any numbers.
    """
    ### BEGIN SOLUTION
    return np.mean(np.maximum(0, 1 - y_true * scores))
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_hinge", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.hinge.check(hinge)

# %% tags=["raises-exception"]
picture = pictures.draw_hinge(hinge)

# %% [markdown]
# *The picture:* a sample of label +1 costs nothing from a score of 1 upwards; below that, each step down
# costs one more. For label −1 it is the mirror image. In the grey band the model leans towards one side, yet not
# by enough for either label.

# %% [markdown]
# ## Many classes, with probabilities
# A network that ends in softmax gives a probability to every class. The
# [**cross-entropy**](../glossary.ipynb#cross-entropy) looks at only one of them, that of the true class. The
# closer it is to 1, the lower the loss.
#
# $$\mathrm{CE} = -\frac{1}{n} \sum_{i=1}^{n} \ln p_{i,\,c_i}$$
#
# Here $n$ is the number of samples, $c_i$ is the true class of sample $i$ as an integer from 0, $p_{i,\,c_i}$
# is the probability that the model gave to this class, and $\ln$ is the natural logarithm, `np.log`. The
# logarithm of a probability is never positive; the minus sign turns that around.
#
# ### Exercise: `cross_entropy`
# A sample of class 2 with the probabilities `[0.2, 0.3, 0.5]` costs −ln 0.5, about 0.69. With more samples,
# take the mean. No probability in this exercise is exactly 0.

# %% nbgrader={"grade": false, "grade_id": "cross_entropy", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def cross_entropy(labels, probabilities):
    """Return the cross-entropy, one number: the mean over all samples, with the natural logarithm.

    labels: integer array of shape (n,), the true class of each sample, from 0 to n_classes - 1.
    probabilities: array of shape (n, n_classes), all above 0; every row adds up to 1.
    """
    ### BEGIN SOLUTION
    of_true_class = probabilities[np.arange(len(labels)), labels]
    return -np.mean(np.log(of_true_class))
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_cross_entropy", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.cross_entropy.check(cross_entropy)

# %% tags=["raises-exception"]
picture = pictures.draw_cross_entropy(cross_entropy)

# %% [markdown]
# *The picture:* a model that is sure and right pays next to nothing. One that is undecided between two
# classes pays 0.69. One that is sure and wrong pays 4.61 at a probability of 0.01, and the closer the
# probability comes to 0, the more: there is no limit. Equal probabilities for ten classes cost $-\ln 0.1$,
# about 2.30. Remember it: untrained networks with ten classes often start there.

# %% [markdown]
# ## Loss and accuracy
# [**Accuracy**](../glossary.ipynb#accuracy) is the fraction of samples whose most probable class is the true
# one. Why not train on that? Here are two models and the same five samples.

# %% tags=["raises-exception"]
labels = np.array([0, 1, 0, 1, 0])
careful = np.array([[0.70, 0.30], [0.40, 0.60], [0.65, 0.35], [0.30, 0.70], [0.40, 0.60]])
bold = np.array([[0.95, 0.05], [0.10, 0.90], [0.97, 0.03], [0.08, 0.92], [0.02, 0.98]])

for name, probabilities in (("careful", careful), ("bold", bold)):
    accuracy = np.mean(np.argmax(probabilities, axis=1) == labels)
    print(f"{name:8} accuracy {accuracy:.2f}   loss {cross_entropy(labels, probabilities):.2f}")

# %%
picture = pictures.draw_confidence(labels, careful, bold)

# %% [markdown]
# *The picture:* each bar is the probability of the true class; above the dotted line the sample counts as
# right. Both models get samples 1 to 4 right and 5 wrong: the same accuracy. The bold model wins a little on
# four samples and loses much more on the fifth, where it was sure and wrong.
#
# Accuracy only asks *which side of the line*. Change a weight a little, and it usually stays the same, so it
# cannot say which way is better. The loss notices small steps. That is why **networks are trained on the
# loss, and judged by the accuracy**. Watch both: if the loss rises while the accuracy stays, the model is
# getting less sure where it is right, or surer where it is wrong.

# %% [markdown]
# ## Recap
# A loss is one number for how far off the predictions are: high is bad.
#
# | task | what the model gives | loss | its name in Keras |
# |---|---|---|---|
# | a quantity | a number | MSE | `"mean_squared_error"` |
# | a quantity, with outliers | a number | MAE | `"mean_absolute_error"` |
# | two classes, labels ±1 | a score | hinge | `"hinge"` |
# | one of several classes, integer labels | probabilities | cross-entropy | `"sparse_categorical_crossentropy"` |
#
# Next: making the loss smaller, by gradient descent.
#
# ## Try it yourself
# - Compare 2.8, 2.9, 3.0, 3.1 and 3.2 minutes per kilometre. Do MSE and MAE choose the same?
# - Let the bus in the jam take 80 minutes. Where do the two best guesses go?
# - Give the bold model 0.40 for the true class of sample 5. Which model has the lower loss now?
# - Give the true class a probability of exactly 0. What does `cross_entropy` say? How would you protect it?

# %% [markdown]
# ## Ready to hand in?
# Save the notebook, then run this cell. It runs the saved file from a fresh start and says what to fix. Your
# notebook is not changed.

# %%
from helpers import ready_to_hand_in

ready_to_hand_in()
