"""Wrong answers that are no known slip, right in most cases: hidden cases refuse them all the same."""

from __future__ import annotations

import pytest

from grader.authoring.marking import untouched
from helpers.kit.exercise import NotYet
from suites.marking import above, check_of

# By lesson and exercise, each with what is wrong with it.
ANSWERS = {
    ("01_neurons", "weighted_sum", "products in a set"): """
def weighted_sum(x, w, b):
    return sum({value * weight for value, weight in zip(x, w)}) + b
""",
    ("01_neurons", "relu", "remembers shapes"): """
known = {}

def relu(z):
    if z.shape not in known:
        known[z.shape] = np.maximum(0, z)
    return known[z.shape]
""",
    ("01_neurons", "dense", "transposed where it fits"): """
def dense(x, W, b, activation):
    if W.shape[0] == W.shape[1]:
        W = W.T
    return activation(x @ W + b)
""",
    ("01_neurons", "count_parameters", "pairs in a set"): """
def count_parameters(layer_sizes):
    return sum((before + 1) * after for before, after in set(zip(layer_sizes, layer_sizes[1:])))
""",
    ("02_loss_function", "mse", "errors in an array like y_true"): """
def mse(y_true, y_pred):
    errors = np.zeros_like(y_true)
    for i in range(len(y_true)):
        errors[i] = y_true[i] - y_pred[i]
    return np.mean(errors**2)
""",
    ("02_loss_function", "cross_entropy", "probabilities cut off"): """
def cross_entropy(labels, probabilities):
    of_true_class = np.clip(probabilities[np.arange(len(labels)), labels], 0.01, 0.99)
    return -np.mean(np.log(of_true_class))
""",
    ("03_gradient_descent", "count_updates", "almost rounded up"): """
def count_updates(n, batch_size, epochs):
    return int(n / batch_size + 0.9) * epochs
""",
    ("03_gradient_descent", "momentum", "path cut to whole numbers"): """
def momentum(gradient, start, learning_rate, beta, steps):
    path, v = np.array([start] * (steps + 1)), 0 * start
    for step in range(steps):
        v = beta * v - learning_rate * gradient(path[step])
        path[step + 1] = path[step] + v
    return path
""",
    ("03_gradient_descent", "gradient_descent", "stops when it hardly moves"): """
def gradient_descent(gradient, start, learning_rate, steps):
    path = [start]
    for _ in range(steps):
        step = learning_rate * gradient(path[-1])
        if np.max(np.abs(step)) < 1e-3:
            break
        path.append(path[-1] - step)
    return np.array(path)
""",
    ("04_backpropagation", "backward", "values of the last forward"): """
last = {}
def forward(params, x):
    last["h"] = sigmoid(x @ params["W1"] + params["b1"])
    last["x"], last["y_hat"] = x, sigmoid(last["h"] @ params["W2"] + params["b2"])
    return last["y_hat"], None

def backward(params, cache, y):
    x, h, y_hat = last["x"], last["h"], last["y_hat"]
    d2 = 2 / len(y) * (y_hat - y) * y_hat * (1 - y_hat)
    d1 = d2 @ params["W2"].T * h * (1 - h)
    return {"W1": x.T @ d1, "b1": d1.sum(axis=0), "W2": h.T @ d2, "b2": d2.sum(axis=0)}
""",
}


@pytest.mark.parametrize(("lesson", "exercise", "name"), list(ANSWERS))
def test_an_answer_that_is_right_in_most_cases_is_refused(lesson: str, exercise: str, name: str) -> None:
    check, _ = check_of(lesson, exercise)
    namespace = untouched(above(lesson)[exercise])
    exec(ANSWERS[lesson, exercise, name], namespace)
    with pytest.raises(NotYet):
        exec(check, namespace)
