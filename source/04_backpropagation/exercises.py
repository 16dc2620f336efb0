"""The exercises of lesson 04: backpropagation, by hand."""

import numpy as np

from helpers.lessons.backpropagation.losses import (
    fourth_power,
    product_and_cube,
    sum_of_cubes,
    sum_of_squares,
)
from helpers.lessons.backpropagation.steps import EXAMPLE_PARAMS
from helpers.kit.author import Earlier, Function, Numbers, Slip

# Worked out with a pencil

ITS_OWN_BIAS = "The output neuron has a bias of its own, c. b1 and b2 belong to the hidden neurons."

forward_pass = Numbers(
    names=("h1", "h2", "y_hat", "loss"),
    hints=(
        "Each neuron does the same: multiply every input by the weight of its edge, add up, add the bias, "
        "then apply the sigmoid. For the output neuron, h1 and h2 are the inputs.",
        "h1 = sigmoid(w11 * x1 + w21 * x2 + b1). For h2 take the two edges that end at h2. For y_hat, take "
        "v1, v2 and c. The loss is the square of the difference between y_hat and y.",
    ),
    slips=[
        Slip("activation forgotten", "sigmoid = lambda z: z",
             "These are weighted sums. Each neuron still has to apply the sigmoid to its sum."),
        Slip("activation forgotten in the output", "y_hat = v1 * h1 + v2 * h2 + c",
             "The output neuron has a sigmoid, too: its value always lies between 0 and 1."),
        Slip("biases forgotten", "b1 = b2 = c = 0",
             "The products are there, but the biases b1, b2 and c are not. Add each before the sigmoid."),
        Slip("w12 and w21 swapped", "w12, w21 = w21, w12",
             "w12 leads from x1 to h2, and w21 from x2 to h1: the first index is where an edge starts."),
        Slip("bias of a hidden neuron in the output", "c = b1", ITS_OWN_BIAS),
        Slip("bias of a hidden neuron in the output", "c = b2", ITS_OWN_BIAS),
        Slip("error not squared", "loss = y_hat - y", "That is the error itself. The loss is its square."),
        Slip("loss with the factor one half", "loss = loss / 2",
             "Some books put ½ in front of the squared error. The MSE of lesson 02 has none."),
        Slip("cross-entropy instead of the MSE", "loss = -np.log(1 - y_hat)",
             "That is the cross-entropy. The loss of this lesson is the MSE."),
        Slip("biases added after the activation", """
h1 = sigmoid(w11 * x1 + w21 * x2) + b1
h2 = sigmoid(w12 * x1 + w22 * x2) + b2
y_hat = sigmoid(v1 * h1 + v2 * h2) + c
""",
             "The sigmoid comes last: it is applied to the weighted sum with its bias."),
        Slip("biases subtracted", "b1, b2, c = -b1, -b2, -c",
             "Look at the signs: every bias is added, even one that is negative."),
    ],
)

ONE_OF_TWO_PATHS = "For x1 that is one of two paths to the output. Gradients add where paths meet."

gradients = Numbers(
    names=(
        "grad_c", "grad_v1", "grad_v2",
        "grad_b1", "grad_w11", "grad_w21",
        "grad_b2", "grad_w12", "grad_w22",
        "grad_x1",
    ),
    hints=(
        "Go from right to left. Each gradient is the gradient just to the right of it, times one more "
        "factor. grad_c is the product of the first two factors of the chain.",
        "grad_c = 2 * (y_hat - y) * y_hat * (1 - y_hat), then grad_v1 = grad_c * h1. In the hidden layer "
        "grad_b1 = grad_c * v1 * h1 * (1 - h1), and the weights that end at h1 multiply it by their input.",
    ),
    slips=[
        Slip("sign flipped", "grad_c = -grad_c",
             "All sizes are right, but all signs are wrong: the slope of (ŷ − y)² starts with 2 (ŷ − y), "
             "not with 2 (y − ŷ)."),
        Slip("factor 2 forgotten", "grad_c = grad_c / 2",
             "Everything is half of what it should be: what is the derivative of a square?"),
        Slip("derivative of the output's activation forgotten", "grad_c = (y_hat - y) * 2",
             "The chain goes through the sigmoid of the output. Its slope is missing as a factor."),
        Slip("derivative of the hidden activation forgotten", "grad_b1, grad_b2 = grad_c * v1, grad_c * v2",
             "The output layer is right. On the way to the hidden weights the chain goes through a second "
             "sigmoid: its slope is missing."),
        Slip("weight left out on the way back", "v1 = v2 = 1",
             "Between the output and a hidden neuron lies an edge, v1 or v2. Its weight is a factor of the "
             "chain."),
        Slip("grad_w12 and grad_w21 swapped", "grad_w12, grad_w21 = grad_w21, grad_w12",
             "w12 leads from x1 to h2: its gradient is that of the sum in h2, times x1."),
        Slip("only the path through h1", "grad_x1 = grad_b1 * w11", ONE_OF_TWO_PATHS),
        Slip("only the path through h2", "grad_x1 = grad_b2 * w12", ONE_OF_TWO_PATHS),
        Slip("weights updated too early", "v1, v2 = v1 - 0.5 * grad_v1, v2 - 0.5 * grad_v2",
             "The hidden layer was worked out with v1 and v2 as they are after an update. All gradients "
             "belong to the weights as they were before it."),
        Slip("slope of the sigmoid at its own value", """
slope = lambda value: sigmoid(value) * (1 - sigmoid(value))
grad_c = 2 * (y_hat - y) * slope(y_hat)
grad_b1 = grad_c * v1 * slope(h1)
grad_b2 = grad_c * v2 * slope(h2)
""",
             "h1, h2 and y_hat are sigmoids already. Their slopes need them as they are, without another "
             "sigmoid."),
        Slip("inputs left out", "grad_w21, grad_w22 = grad_b1, grad_b2",
             "The biases are right. A weight of the hidden layer has one more factor: the input at the "
             "start of its edge."),
        Slip("v1 and v2 swapped", "v1, v2 = v2, v1",
             "Each hidden neuron has its own edge to the output: that of h1 carries v1, that of h2 carries "
             "v2."),
    ],
)

# Networks and samples

EXAMPLE = {"params": EXAMPLE_PARAMS, "x": np.array([[1.0, 2.0]]), "y": np.array([[0.0]])}
TWO_SAMPLES = {
    "params": {
        "W1": np.array([[0.2, -0.4], [0.6, 0.1]]),
        "b1": np.array([0.3, -0.2]),
        "W2": np.array([[0.7], [-0.5]]),
        "b2": np.array([0.1]),
    },
    "x": np.array([[1.0, -1.0], [0.5, 2.0]]),
    "y": np.array([[1.0], [0.0]]),
}
FIVE_SAMPLES = {
    "params": {
        "W1": np.array([[-0.6, 0.9], [0.4, -0.3]]),
        "b1": np.array([0.1, 0.2]),
        "W2": np.array([[1.2], [0.8]]),
        "b2": np.array([-0.4]),
    },
    "x": np.array([[0.0, 1.0], [1.5, -0.5], [-2.0, 1.0], [0.3, 0.7], [1.0, 1.0]]),
    "y": np.array([[1.0], [0.0], [1.0], [1.0], [0.0]]),
}


def only(number, samples):
    """The same network with one of its samples."""
    return {**samples, **{name: samples[name][number : number + 1] for name in ("x", "y")}}


def without_y(samples):
    return {name: value for name, value in samples.items() if name != "y"}


def _linear(z):
    return z


def _layers(hidden, output):
    """A forward with other activations."""

    def forward(params, x):
        h = hidden(x @ params["W1"] + params["b1"])
        return output(h @ params["W2"] + params["b2"]), None

    return forward


def _late_biases(params, x, activation):
    h = activation(x @ params["W1"]) + params["b1"]
    return activation(h @ params["W2"]) + params["b2"], None


forward = Function(
    results=("y_hat", "cache"),
    free=("cache",),
    cases=[without_y(EXAMPLE), without_y(TWO_SAMPLES)],
    hidden=[without_y(FIVE_SAMPLES), without_y(only(1, FIVE_SAMPLES))],
    hints=(
        "Two lines, one per layer: matrix product, plus the bias, then the sigmoid. Keep what backward will "
        "need.",
        "h = sigmoid(x @ params['W1'] + params['b1']), and y_hat in the same way from h. A tuple such as "
        "(x, h, y_hat) makes a good cache.",
    ),
    slips=[
        Slip("activation forgotten in the output", "_layers(sigmoid, _linear)(params, x)",
             "The output layer ends with a sigmoid too."),
        Slip("activation forgotten in the hidden layer", "_layers(_linear, sigmoid)(params, x)",
             "Here the hidden layer passes on plain weighted sums. Where does its sigmoid come in?"),
        Slip("activation forgotten in both layers", _layers(_linear, _linear),
             "Without the sigmoids the whole network is one linear map. Each layer ends with one."),
        Slip("W1 transposed", "forward({**params, 'W1': params['W1'].T}, x)",
             "W1 is transposed here. Its rows belong to the inputs, its columns to the hidden neurons: no "
             "transpose is needed. Because W1 is square, NumPy cannot tell."),
        Slip("biases forgotten", "forward({**params, 'b1': 0, 'b2': 0}, x)",
             "The matrix products are right. Add b1 and b2 before the sigmoids."),
        Slip("biases added after the activation", "_late_biases(params, x, sigmoid)",
             "The sigmoid comes last: it is applied to the weighted sum with its bias."),
        Slip("relu in the hidden layer", "_layers(lambda z: np.maximum(z, 0), sigmoid)(params, x)",
             "That looks like relu in the hidden layer. In this network both layers end with a sigmoid."),
        Slip("hidden layer returned", "(sigmoid(x @ params['W1'] + params['b1']), None)",
             "These are the hidden values. y_hat is what the second layer makes of them."),
    ],
)


def _times(factor, arrays):
    return {name: factor * array for name, array in arrays.items()}


def _slope(a):
    return a * (1 - a)


def _slope_again(a):
    return _slope(1 / (1 + np.exp(-a)))


def _with_slopes(output, hidden):
    """A backward with other slopes of the activations."""

    def backward(params, cache, y):
        x, h, y_hat = cache
        d2 = 2 / len(y) * (y_hat - y) * output(y_hat)
        d1 = d2 @ params["W2"].T * hidden(h)
        return {"W1": x.T @ d1, "b1": d1.sum(axis=0), "W2": h.T @ d2, "b2": d2.sum(axis=0)}

    return backward


def _biases_averaged(gradients, n):
    return {name: array / n if name in ("b1", "b2") else array for name, array in gradients.items()}


backward = Function(
    earlier=Earlier("forward", arguments=("params", "x"), results=("y_hat", "cache")),
    arguments=("params", "cache", "y"),
    cases=[EXAMPLE, TWO_SAMPLES],
    hidden=[FIVE_SAMPLES, only(1, FIVE_SAMPLES)],
    hints=(
        "Translate the six equations above, one line each. D2 has the shape (n, 1) and D1 the shape "
        "(n, 2). Where the equation adds up over the samples, use np.sum with axis=0.",
        "D2 = 2 / len(y) * (y_hat - y) * y_hat * (1 - y_hat); D1 = D2 @ params['W2'].T times the slope of "
        "the hidden sigmoid. Then h.T @ D2, D2.sum(axis=0), and the same two for the first layer.",
    ),
    slips=[
        Slip("sign flipped", "_times(-1, backward(params, cache, y))",
             "All signs are the other way round. The error is ŷ − y, in this order."),
        Slip("derivative of the output's activation forgotten", _with_slopes(np.ones_like, _slope),
             "The slope of the output's sigmoid is missing as a factor of D2."),
        Slip("derivative of the hidden activation forgotten", _with_slopes(_slope, np.ones_like),
             "The output layer is right. D1 lacks a factor: the slope of the hidden sigmoid."),
        Slip("factor 2 forgotten", "_times(0.5, backward(params, cache, y))",
             "Everything is half of what it should be: what is the derivative of a square?"),
        Slip("mean over the batch forgotten", "_times(len(y), backward(params, cache, y))",
             "With one sample this is right; with n samples it is n times too large. The loss is a mean "
             "over the samples."),
        Slip("2/n left out", "_times(len(y) / 2, backward(params, cache, y))",
             "D2 lacks the factor 2/n: the 2 comes from the square, and the 1/n from the mean."),
        Slip("gradient of W1 transposed",
             "{**backward(params, cache, y), 'W1': backward(params, cache, y)['W1'].T}",
             "W1's gradient is transposed. Row i, column j belongs to the edge from input i to hidden "
             "neuron j. Because W1 is square, NumPy cannot tell."),
        Slip("W2 left out on the way back", "backward({**params, 'W2': np.ones((2, 1))}, cache, y)",
             "The output layer is right. D1 lacks the weights of the edges between output and hidden layer."),
        Slip("gradients of the biases averaged", "_biases_averaged(backward(params, cache, y), len(y))",
             "The weights are right. D1 and D2 already hold the 1/n of the mean: add up the biases' "
             "gradients over the samples."),
        Slip("divided by n twice", "_times(1 / len(y), backward(params, cache, y))",
             "With one sample this is right; with n samples it is n times too small. The 1/n of the mean "
             "comes in once."),
        Slip("weights updated too early",
             "backward({**params, 'W2': params['W2'] - 0.5 * backward(params, cache, y)['W2']}, cache, y)",
             "D1 was worked out with W2 as it is after an update. All gradients belong to the weights as "
             "they were before it."),
        Slip("slope of the sigmoid at its own value", _with_slopes(_slope_again, _slope_again),
             "H and Ŷ are sigmoids already. Their slopes need them as they are, without another sigmoid."),
    ],
)


def _one_sided(loss, params, h):
    def moved(name, index):
        array = params[name].copy()
        array[index] += h
        return {**params, name: array}

    return {
        name: np.array([(loss(moved(name, index)) - loss(params)) / h for index in np.ndindex(array.shape)])
        .reshape(array.shape)
        for name, array in params.items()
    }


def _all_at_once(loss, params, h):
    return {
        name: (loss({**params, name: array + h}) - loss({**params, name: array - h})) / (2 * h)
        for name, array in params.items()
    }


ALL_AT_ONCE = (
    "Here all entries of an array are nudged at the same time. Each entry needs two losses of its own, with "
    "everything else left as it is."
)

numerical_gradient = Function(
    cases=[
        {"loss": sum_of_cubes, "params": {"W": np.array([[1.0, -2.0]]), "b": np.array([0.5])}, "h": 0.1},
        # Any shape will do: three axes, and none.
        {"loss": sum_of_squares, "params": {"W": np.array([[[1.0], [3.0]]]), "b": np.array(-2.0)}, "h": 0.01},
    ],
    hidden=[
        {
            "loss": product_and_cube,
            "params": {"a": np.array([2.0, -3.0]), "B": np.array([[0.5, 0.0], [1.0, -0.5]])},
            "h": 0.2,
        },
        {"loss": fourth_power, "params": {"W1": np.array([[1.0], [-0.5]])}, "h": 0.1},
        {
            "loss": sum_of_squares,
            "params": {
                "W": np.array([[[0.1234, -2.0], [0.7, 0.7], [1.1, 0.3]], [[2.0, -0.7], [0.5, 0.1], [0.9, 1.3]]]),
                "b": np.array(1.5),
            },
            "h": 0.1,
        },
    ],
    hints=(
        "One entry at a time: nudge it up, take the loss, nudge it down, take the loss, put it back. Two "
        "loops, over the keys and over the entries.",
        "for index in np.ndindex(array.shape) goes through all entries. Copy the array twice, add h to one "
        "copy's entry, subtract it from the other's, and call loss({**params, name: copy}) for both.",
    ),
    slips=[
        Slip("forward difference", _one_sided,
             "You go only one way, from p to p + h. The central difference goes both ways, which makes it "
             "far more accurate."),
        Slip("divided by h", "_times(2, numerical_gradient(loss, params, h))",
             "The distance from p − h to p + h is longer than h."),
        Slip("sign flipped", "_times(-1, numerical_gradient(loss, params, h))",
             "Where the loss grows, the slope is positive: which of the two losses comes first?"),
        Slip("multiplied by h", "_times(h**2, numerical_gradient(loss, params, h))",
             "Python reads / 2 * h as: divide by 2, then multiply by h. Put brackets around 2 * h."),
        Slip("backward difference", "_one_sided(loss, params, -h)",
             "You go only one way, from p − h to p. The central difference goes both ways, which makes it "
             "far more accurate."),
        Slip("not divided", "_times(2 * h, numerical_gradient(loss, params, h))",
             "That is how much the loss rises. A slope is the rise divided by how far you went."),
        Slip("arrays shared by copies of the dict", "_times(0, numerical_gradient(loss, params, h))",
             "All slopes are 0. Are both losses the same? params.copy() makes a new dict, but the arrays in it "
             "are the same ones, so both nudges meet in one array. Copy the array that you nudge."),
        Slip("h not used", "numerical_gradient(loss, params, 1e-4)",
             "This is the slope for a far smaller step. Use the h that is passed in."),
        Slip("all entries at once", _all_at_once, ALL_AT_ONCE),
        Slip("all entries at once",
             "{name: np.full(params[name].shape, slope) "
             "for name, slope in _all_at_once(loss, params, h).items()}",
             ALL_AT_ONCE),
    ],
)


def _descended(train, update, params, x, y, steps):
    """What a train with another update gives. update: the new params, from those so far."""
    losses = []
    for _ in range(steps):
        losses += train(params, x, y, 1, 1)[1]
        params = update(params)
    return params, losses


def _one_array_after_the_other(train, params, x, y, learning_rate):
    for name in tuple(params):
        params = {**params, name: train(params, x, y, learning_rate, 1)[0][name]}
    return params


def _output_layer_first(forward, backward, params, x, y, learning_rate):
    cache = forward(params, x)[1]
    for names in (("W2", "b2"), ("W1", "b1")):
        gradients = backward(params, cache, y)
        params = {**params, **{name: params[name] - learning_rate * gradients[name] for name in names}}
    return params


TOO_EARLY = (
    "Some of the weights had already moved when a gradient was worked out. Work out all gradients first, "
    "with the weights from before the update; then change all of them."
)

train = Function(
    results=("params", "losses"),
    cases=[
        {**EXAMPLE, "learning_rate": 0.5, "steps": 1},
        {**TWO_SAMPLES, "learning_rate": 2.0, "steps": 3},
    ],
    hidden=[
        {**FIVE_SAMPLES, "learning_rate": 0.8, "steps": 4},
        {**only(0, FIVE_SAMPLES), "learning_rate": 3.0, "steps": 2},
        # Steps so long that the loss grows.
        {**TWO_SAMPLES, "learning_rate": 20.0, "steps": 4},
    ],
    hints=(
        "Each step: forward, note the loss, backward, update. The update makes a new dict; it does not "
        "change the one that was passed in.",
        "params = {name: params[name] - learning_rate * grads[name] for name in params} updates everything "
        "at once, with gradients from before. Note np.mean((y_hat - y) ** 2) before each update, steps times "
        "in all.",
    ),
    slips=[
        Slip("sign flipped", "train(params, x, y, -learning_rate, steps)",
             "The loss climbs. The gradient points uphill: go the other way."),
        Slip("weights updated too early",
             "_descended(train, lambda now: _one_array_after_the_other(train, now, x, y, learning_rate), "
             "params, x, y, steps)",
             TOO_EARLY),
        Slip("weights updated too early",
             "_descended(train, lambda now: _output_layer_first(forward, backward, now, x, y, learning_rate), "
             "params, x, y, steps)",
             TOO_EARLY),
        Slip("learning rate left out", "train(params, x, y, 1, steps)",
             "The whole gradient is subtracted. learning_rate should decide how far a step goes."),
        Slip("gradients not worked out again",
             "_descended(train, lambda now: {name: now[name] + new - params[name] "
             "for name, new in train(params, x, y, learning_rate, 1)[0].items()}, params, x, y, steps)",
             "Every step uses the gradients of the start. After an update the slopes are different."),
        Slip("losses from after the updates",
             "(train(params, x, y, learning_rate, steps)[0], "
             "train(params, x, y, learning_rate, steps + 1)[1][1:])",
             "The params are right. The losses should be those from before each update: the first belongs "
             "to the start."),
        Slip("one loss too many",
             "(train(params, x, y, learning_rate, steps)[0], "
             "train(params, x, y, learning_rate, steps + 1)[1])",
             "The params are right, but there is one loss too many: keep one for each step, from before "
             "its update."),
        Slip("one step too many", "train(params, x, y, learning_rate, steps + 1)",
             "That is one step too many: the loop runs `steps` times, and `losses` holds as many numbers."),
        Slip("losses before params", "train(params, x, y, learning_rate, steps)[::-1]",
             "Both results are right, but their order is not: first params, then losses."),
        Slip("only one step", "train(params, x, y, learning_rate, 1)",
             "That is where the first step leads. Does your loop end too early, with a return inside it?"),
        Slip("starting params returned", "(params, train(params, x, y, learning_rate, steps)[1])",
             "The losses are right, but the params are still the starting ones. Return the ones from after "
             "the last step."),
        Slip("never updated", "train(params, x, y, 0, steps)",
             "The loss stays where it was, because no step changes the params."),
        Slip("losses summed instead of averaged",
             "(train(params, x, y, learning_rate, steps)[0], "
             "np.multiply(len(x), train(params, x, y, learning_rate, steps)[1]))",
             "The params are right. The MSE is a mean over the samples, not a sum."),
        Slip("biases never updated",
             "_descended(train, lambda now: {**train(now, x, y, learning_rate, 1)[0], 'b1': now['b1'], "
             "'b2': now['b2']}, params, x, y, steps)",
             "The biases are still where they began. They have gradients of their own and should take a "
             "step too."),
    ],
)
