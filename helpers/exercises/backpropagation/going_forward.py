"""The forward pass as a function."""

from __future__ import annotations

import numpy as np

from helpers.backpropagation_steps import (
    EXAMPLE_PARAMS,
)
from helpers.exercises.backpropagation.networks import (
    SECOND_PARAMS,
    SECOND_X,
    late_biases,
    layers,
    linear,
    relu,
    sigmoid,
    transposed,
    without_biases,
)
from helpers.exercises.network_exercise import (
    ForwardExercise,
)
from helpers.kit.cases import Case
from helpers.kit.exercise import Misconception

forward = ForwardExercise(
    name="forward",
    points=3,
    hints=(
        "Two lines, one per layer: matrix product, plus the bias, then the sigmoid. Keep what backward will "
        "need.",
        "h = sigmoid(x @ params['W1'] + params['b1']), and y_hat in the same way from h. A tuple such as "
        "(x, h, y_hat) makes a good cache.",
    ),
    cases=(
        Case({"params": EXAMPLE_PARAMS, "x": np.array([[1.0, 2.0]])}, {"y_hat": [[0.64211978]]}),
        Case({"params": SECOND_PARAMS, "x": SECOND_X}, {"y_hat": [[0.5662601], [0.61238056]]}),
    ),
    misconceptions=(
        Misconception(
            "activation forgotten in the output",
            lambda params, x: {"y_hat": layers(params, x, sigmoid, linear)[1]},
            "The output layer ends with a sigmoid too.",
        ),
        Misconception(
            "activation forgotten in the hidden layer",
            lambda params, x: {"y_hat": layers(params, x, linear, sigmoid)[1]},
            "Here the hidden layer passes on plain weighted sums. Where does its sigmoid come in?",
        ),
        Misconception(
            "activation forgotten in both layers",
            lambda params, x: {"y_hat": layers(params, x, linear, linear)[1]},
            "Without the sigmoids the whole network is one linear map. Each layer ends with one.",
        ),
        Misconception(
            "W1 transposed",
            lambda params, x: {"y_hat": layers(transposed(params), x, sigmoid, sigmoid)[1]},
            "W1 is transposed here. Its rows belong to the inputs, its columns to the hidden neurons: no "
            "transpose is needed. Because W1 is square, NumPy cannot tell.",
        ),
        Misconception(
            "biases forgotten",
            lambda params, x: {"y_hat": layers(without_biases(params), x, sigmoid, sigmoid)[1]},
            "The matrix products are right. Add b1 and b2 before the sigmoids.",
        ),
        Misconception(
            "biases added after the activation",
            lambda params, x: {"y_hat": late_biases(params, x)[1]},
            "The sigmoid comes last: it is applied to the weighted sum with its bias.",
        ),
        Misconception(
            "relu in the hidden layer",
            lambda params, x: {"y_hat": layers(params, x, relu, sigmoid)[1]},
            "That looks like relu in the hidden layer. In this network both layers end with a sigmoid.",
        ),
        Misconception(
            "hidden layer returned",
            lambda params, x: {"y_hat": layers(params, x, sigmoid, sigmoid)[0]},
            "These are the hidden values. y_hat is what the second layer makes of them.",
        ),
    ),
)
