"""The exercises of lesson 01: neurons and layers."""

import math
from itertools import pairwise

import numpy as np

from helpers.lessons.neurons.activations import share_of_row
from helpers.kit.author import Function, Slip

DECIMALS_CUT_OFF = "int() drops everything after the decimal point. The sum keeps its decimals."

weighted_sum = Function(
    cases=[
        {"x": np.array([6.0, 2.0, 2.0]), "w": np.array([0.5, -1.5, -1.0]), "b": 1.0},
        # This sum is not a whole number, nor is the first of the hidden ones: decimals must not be cut off.
        {"x": np.array([1.0, 2.25, 2.0, 0.5]), "w": np.array([3.0, -1.0, 0.5, -2.0]), "b": 0.5},
    ],
    hidden=[
        {"x": np.array([0.5, -2.0, 4.0, 1.0]), "w": np.array([2.0, 1.0, 0.3, -3.0]), "b": -0.75},
        {"x": np.array([3.0]), "w": np.array([0.0]), "b": 2.0},
        {"x": np.array([1, 2, 3, 4, 5]), "w": np.array([1, 0, -1, 0, 2]), "b": 10},
        {"x": np.array([0.75, -1.25, 2.5]), "w": np.array([2, 1, 3]), "b": 0},
        # Whole numbers and decimals, equal products, and a sum of many decimals.
        {
            "x": np.array([1, 1, 2, 2, 1, 3]),
            "w": np.array([0.125, 0.125, -0.3331, 0.25, 0.125, 0.0123]),
            "b": 1,
        },
    ],
    hints=(
        "Each input has a weight of its own: what do you do with such a pair? What happens once, at the end?",
        "w * x multiplies the two arrays pair by pair, and np.sum adds the products up. The bias is added "
        "once.",
    ),
    slips=[
        Slip("bias left out", "weighted_sum(x, w, 0)",
             "The products are added up as they should be. One number of the formula is not used yet."),
        Slip("bias added for every input", "np.sum(w * x + b)",
             "A neuron has one bias, however many inputs it has. Here it is added once for each input."),
        Slip("not added up", "w * x + b",
             "These are several numbers, one for each input. A neuron holds a single number: what does Σ "
             "ask for?"),
        Slip("inputs and weights added up before multiplying", "np.sum(w) * np.sum(x) + b",
             "The order matters: each input meets its own weight first, then the products are added up."),
        Slip("weights added instead of multiplied", "np.sum(w + x) + b",
             "A weight says how much its input counts: a weight of 0 must silence it. Adding cannot do "
             "that."),
        Slip("bias added to each input", "np.sum(w * (x + b))",
             "Each weight multiplies the bias here as well. The bias comes last: multiply, add up, then add "
             "it once."),
        Slip("bias subtracted", "weighted_sum(x, w, -b)", "Look at the sign before the bias in the formula."),
        Slip("mean instead of sum", "np.mean(w * x) + b",
             "The products are averaged here. Σ only adds up: more inputs may well make a larger sum."),
        Slip("weighted average", "np.sum(w * x) / np.sum(w) + b",
             "Dividing by the sum of the weights makes an average of the inputs. A neuron does not divide: "
             "its weights need not add up to 1."),
        Slip("only the first input", "w[0] * x[0] + b",
             "Only the first input counts here. A return inside the loop ends it in the first round: is that "
             "line indented too far?"),
        Slip("only the last input", "w[-1] * x[-1] + b",
             "Only the last input is left. In a loop, each round must add to what the rounds before it "
             "gave."),
        Slip("last input left out", "weighted_sum(x[:-1], w[:-1], b)",
             "The last input is missing. range(n) ends at n - 1 by itself."),
        Slip("bias multiplied", "weighted_sum(x, w, 0) * b",
             "The bias shifts the sum; it does not stretch it. Look at the sign before b in the formula."),
        Slip("decimals cut off", "int(weighted_sum(x, w, 0)) + b", DECIMALS_CUT_OFF),
        Slip("decimals cut off", "int(weighted_sum(x, w, b))", DECIMALS_CUT_OFF),
        Slip("relu on top", "max(0.0, weighted_sum(x, w, b))",
             "A weighted sum may be negative: keep it as it is. What turns it into 0 comes later in this "
             "lesson."),
    ],
)

ONE_QUESTION_FOR_ALL = (
    "if and max() ask one question and want one answer, but an array holds many numbers. np.maximum compares "
    "every entry by itself."
)


def _first_compared(z):
    return z if z > 0 else 0


relu = Function(
    cases=[
        {"z": np.array([-2.0, -0.5, 0.0, 0.5, 3.0])},
        {"z": np.array([[-1.0, 2.0], [4.0, -3.0]])},
    ],
    hidden=[
        {"z": np.array([-7.0, 0.25, -0.125, 12.0])},
        {"z": np.array([[0.0, -1.0, 1.5], [-2.5, 3.0, -4.0]])},
        {"z": np.array([0.00390625, 20000.0, -0.25, 0.125])},
        {"z": np.array([-3.0, -0.5])},
        {"z": np.array([[[-1.0, 0.1240234375], [3.0, -4.0]], [[0.5, -0.015625], [-6.0, 7.0]]])},
    ],
    hints=(
        "Each number is compared with 0, by itself. What comes out for 3, and what for -2?",
        "np.maximum(a, b) compares two arrays entry by entry and keeps the larger ones; one of the two "
        "may be a single number.",
    ),
    slips=[
        Slip("smaller instead of larger", "np.minimum(0, z)",
             "Negative numbers go through here and positive ones are stopped. It should be the other way "
             "round."),
        Slip("absolute value", np.abs,
             "That turns -2 into 2. A negative number should become 0, whatever its size."),
        Slip("0 or 1 instead of the number itself", "np.where(z > 0, 1.0, 0.0)",
             "That tells whether a number is positive. relu passes a positive number on as it is."),
        Slip("one number for the whole array", "max(0.0, float(np.max(z)))",
             "np.max looks for the largest entry of all. Here every entry is compared with 0 by itself, "
             "and the result has the shape of z."),
        Slip("negative numbers dropped", "z[z > 0]",
             "The negative numbers are gone. Each neuron needs its number: put a 0 in their places."),
        Slip("cut off at 1", "np.clip(z, 0, 1)", "Below 0 it is right. Above, relu has no limit: 3 stays 3."),
        Slip("leaky relu", "np.where(z > 0, z, 0.01 * z)",
             "That is leaky relu, which lets a little of every negative number through. relu itself lets "
             "nothing through."),
        Slip("1 in place of negative numbers", "np.where(z > 0, z, 1.0)",
             "What is positive passes as it should. Look at the number that takes the place of all others."),
        Slip("nothing changed", "z",
             "The numbers come back as they went in. What should happen to those below 0?"),
        Slip("sign flipped", "relu(-z)",
             "It is the negative numbers that come through, as positive ones. Which sign does z have in "
             "the formula?"),
        Slip("rounded to whole numbers", "np.trunc(relu(z))",
             "0.5 should stay 0.5. Where do the decimals get lost: int(), an array of integers, or //?"),
        Slip("if for a whole array", _first_compared, ONE_QUESTION_FOR_ALL),
        Slip("if for a whole array", "max(0, z)", ONE_QUESTION_FOR_ALL),
        Slip("softplus", "np.log(1 + np.exp(z))",
             "That is softplus, a smooth relative of relu. relu has a corner: exactly 0 for all negative "
             "numbers."),
    ],
)

STRAIGHT = (
    "The middle and both ends are right; in between this is a straight line with two corners. The sigmoid "
    "is a curve: the formula has an exponential."
)

SOFTMAX_OF_ALL = (
    "All numbers together add up to 1 here: that is softmax, which comes next. The sigmoid looks at each "
    "number by itself."
)

sigmoid = Function(
    cases=[
        {"z": np.array([-2.0, 0.0, 2.0])},
        {"z": np.array([[-1000.0], [1000.0]])},
    ],
    hidden=[
        {"z": np.array([[-1.0, 3.0], [0.5, -5.0]])},
        {"z": np.array([-2000.0, -800.0, 0.0, 800.0, 2000.0])},
        {"z": np.array([[1.0, -2.0], [0.0, 7.0]])},
        {"z": np.array([[[-8.0, 0.3]], [[6.5, -1.5]]])},
    ],
    hints=(
        "Work from the inside: first change the sign of z, then take the exponential. What is done to that?",
        "np.exp(-z) gives the exponential of every entry. Add 1 to it, and put brackets around that sum "
        "before you divide 1 by it.",
    ),
    slips=[
        Slip("sign of the exponent", "sigmoid(-z)",
             "This curve falls where it should rise. Look at the sign in the exponent."),
        Slip("brackets forgotten", "1 / 1 + np.exp(-z)",
             "This is 1 + exp(-z), and not 1 divided by it. In 1 / 1 + ... Python divides only the first 1: "
             "put brackets around all that belongs below the fraction bar."),
        Slip("overflow for large z", "np.exp(z) / (1 + np.exp(z))",
             "Right on paper, but exp(1000) is more than a float can hold: infinity divided by infinity is "
             "nan. The formula in the text divides by something large instead of dividing something large."),
        Slip("minus instead of plus", "1 / (1 - np.exp(-z))",
             "Below the fraction bar there is a sum. With a difference it is 0 at z = 0."),
        Slip("tanh", np.tanh, "This is tanh, which runs from -1 to 1. The sigmoid runs from 0 to 1."),
        Slip("step", "np.where(z > 0, 1.0, 0.0)",
             "That jumps from 0 to 1. The sigmoid goes there smoothly and is 0.5 at z = 0."),
        Slip("exponential above the fraction bar", "np.exp(-z) / (1 + np.exp(-z))",
             "The exponential belongs below the fraction bar only. The numerator is 1."),
        Slip("1 below the fraction bar forgotten", "1 / np.exp(-z)",
             "These numbers grow beyond 1. Something is added to the exponential before you divide."),
        Slip("nan replaced by 0", "np.nan_to_num(np.exp(z) / (1 + np.exp(z)))",
             "A 0 now hides the nan, but far to the right the sigmoid is 1. Work it out so that no nan "
             "comes up."),
        Slip("power of 2", "1 / (1 + 2.0**-z)",
             "The shape is right, but it rises too slowly. Which number is raised to the power of -z?"),
        Slip("straight line, cut off", "np.clip(0.5 + z / 4, 0, 1)", STRAIGHT),
        Slip("straight line, cut off", "np.clip(0.5 + z / 6, 0, 1)", STRAIGHT),
        Slip("derivative of the sigmoid", "np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))) ** 2",
             "That is the slope of the sigmoid, which is highest in the middle. The task asks for its value."),
        Slip("softmax", "np.exp(z) / np.exp(z).sum()", SOFTMAX_OF_ALL),
        Slip("softmax", "np.exp(z - z.max()) / np.exp(z - z.max()).sum()", SOFTMAX_OF_ALL),
    ],
)

COLUMNS = (
    "Every column adds up to 1 here. Each row is one sample, and each row should add up to 1: look at axis."
)

WHOLE_BATCH = (
    "All numbers of the batch add up to 1 together. The samples have nothing to do with each other: each row "
    "should add up to 1."
)

TURNED_ROUND = (
    "The smallest z of a row gets the highest probability here. Look at the sign in the exponent, and at the "
    "order in which you subtract."
)


STILL_LARGE = (
    "Subtracting is right, but the numbers of a row can lie far apart: then an exponent is still large. What "
    "do you subtract so that none of them is above 0?"
)


def _shares(numbers):
    return numbers / numbers.sum(axis=1, keepdims=True)


LOW, EQUAL = [-1000.0, -1001.0, -1002.0], [5.0, 5.0, 5.0]
softmax = Function(
    cases=[
        {"z": np.array([[2.0, 1.0, 0.0], [1.0, 1.0, 3.0]])},
        {"z": np.array([[1000.0, 1001.0], [1.0, 3.0], [-1000.0, 1000.0]])},
    ],
    hidden=[
        {"z": np.array([LOW, EQUAL])},
        {"z": np.array([[0.5, -0.5, 1.5, 0.0]])},
        {"z": np.array([[0.0, 2000.0], [-3.0, -4.0]])},
    ],
    hints=(
        "Three steps for each row: subtract its largest number, take the exponential of each entry, "
        "divide by the sum of the row.",
        "z.max(axis=1, keepdims=True) has the shape (n, 1): one number per row, and NumPy spreads it over "
        "the row. The sum of the exponentials works the same way.",
    ),
    slips=[
        Slip("overflow for large z", "_shares(np.exp(z))",
             "Right for small numbers, but exp(1000) is more than a float can hold, and infinity divided "
             "by infinity is nan. Subtract the right number from each row first; the text says which."),
        Slip("columns instead of rows", "np.exp(z) / np.exp(z).sum(axis=0)", COLUMNS),
        Slip("columns instead of rows", "softmax(z.T).T", COLUMNS),
        Slip("sum of the whole batch", "np.exp(z) / np.exp(z).sum()", WHOLE_BATCH),
        Slip("sum of the whole batch", "softmax(z.reshape(1, -1)).reshape(z.shape)", WHOLE_BATCH),
        Slip("largest number of the whole batch subtracted", "_shares(np.exp(z - z.max()))",
             "You subtract the largest number of the whole batch. In a row that lies far below it, every "
             "exponential becomes 0, and 0 divided by 0 is nan. Take each row's own largest number."),
        Slip("no exponential", "_shares(z)",
             "These are the shares of the numbers themselves; with negative numbers they are no "
             "probabilities. One step comes before dividing."),
        Slip("not divided by the sum", "np.exp(z - z.max(axis=1, keepdims=True))",
             "The exponentials are there. Probabilities add up to 1 in every row: one step is missing."),
        Slip("divided by the sum of z",
             "np.exp(z - z.max(axis=1, keepdims=True)) / z.sum(axis=1, keepdims=True)",
             "The numerator is an exponential, the denominator the sum of the numbers themselves. Which "
             "sum makes a row add up to 1?"),
        Slip("sign of the exponent", "_shares(np.exp(-z))", TURNED_ROUND),
        Slip("sign of the exponent", "softmax(-z)", TURNED_ROUND),
        Slip("sign of the exponent", "_shares(np.exp(z.max(axis=1, keepdims=True) - z))", TURNED_ROUND),
        Slip("another number than the largest subtracted",
             "_shares(np.exp(z - z.min(axis=1, keepdims=True)))", STILL_LARGE),
        Slip("another number than the largest subtracted",
             "_shares(np.exp(z - z.mean(axis=1, keepdims=True)))", STILL_LARGE),
        Slip("divided by the largest instead of subtracting it", "softmax(z / z.max(axis=1, keepdims=True))",
             "Dividing z changes the distances in a row, and with them the probabilities. Subtracting "
             "keeps them."),
        Slip("z cut off", "_shares(np.exp(np.clip(z, -700, 700)))",
             "No overflow any more, but 1000 and 1001 have become the same number. Keep the distance "
             "between them."),
        Slip("largest takes all", "np.eye(z.shape[1])[z.argmax(axis=1)]",
             "The class with the largest z gets everything, the others nothing. Softmax leaves each its "
             "share."),
        Slip("sigmoid instead of the exponential", "_shares(sigmoid(z))",
             "The rows add up to 1, but these are shares of sigmoids. The formula takes shares of "
             "exponentials."),
        Slip("logarithm of the probabilities", "z - np.logaddexp.reduce(z, axis=1)[:, None]",
             "These are the logarithms of the probabilities: none is above 0. One step is left to do."),
    ],
)

FIXED_ACTIVATION = (
    "This layer always uses the same activation. The caller chooses one: it arrives in activation, as a "
    "function."
)

X, W, B = (
    np.array([[2.0, -1.0], [0.0, 3.0], [1.0, 1.0]]),
    np.array([[1.0, 0.5, 2.0], [-1.0, 1.0, 0.0]]),
    np.array([1.0, 0.0, -2.0]),
)
dense = Function(
    cases=[
        {
            "x": np.array([[1.0, 2.0, 3.0], [0.0, 1.0, -1.0]]),
            "W": np.array([[1.0, 0.0], [-1.0, 2.0], [0.5, 1.0]]),
            "b": np.array([0.5, -1.0]),
            "activation": np.tanh,
        },
        {
            "x": np.array([[1.0, 2.0], [0.0, 1.0], [2.0, 0.0]]),
            "W": np.array([[1.0, 2.0, 0.0, 1.0], [0.0, 1.0, 1.0, 2.0]]),
            "b": np.array([1.0, 0.0, 0.0, 1.0]),
            "activation": share_of_row,
        },
    ],
    hidden=[
        {"x": X, "W": W, "b": B, "activation": np.square},
        {"x": X[:1], "W": W[:, :1], "b": B[:1], "activation": np.negative},
        {"x": X[:, :1], "W": W[:1], "b": np.array([1.0, 1.0, 3.0]), "activation": share_of_row},
        {
            "x": np.array([[1.0, 2.0], [3.0, -1.0]]),
            "W": np.array([[0.123, -0.5], [0.25, 0.0777]]),
            "b": np.array([0.5, 0.111]),
            "activation": np.tanh,
        },
    ],
    hints=(
        "One sample and one neuron are a weighted sum. Which operation on two matrices does that for "
        "every row of x with every column of W?",
        "x @ W has the shape (n, n_out). Add b: NumPy adds it to every row. Then hand the whole of it to "
        "activation, which is a function like any other.",
    ),
    slips=[
        Slip("activation left out", "dense(x, W, b, lambda z: z)",
             "These are the weighted sums. The layer gives what activation makes of them."),
        Slip("bias left out", "dense(x, W, 0 * b, activation)",
             "Every neuron has a bias of its own, and b is not used yet."),
        Slip("bias added after the activation", "dense(x, W, 0 * b, activation) + b",
             "The order matters: the bias shifts the weighted sum, and the activation comes last."),
        Slip("activation of the inputs", "activation(x) @ W + b",
             "The inputs go in as they are. The activation belongs to the neurons of this layer, so it "
             "comes last."),
        Slip("bias added for every input", "dense(x, W, x.shape[1] * b, activation)",
             "A neuron has one bias, however many inputs it has. Here it is added once for each input."),
        Slip("bias added to the weights", "dense(x, W + b, 0 * b, activation)",
             "Here every input is multiplied by the bias as well. Add the bias after the product."),
        Slip("bias subtracted", "dense(x, W, -b, activation)",
             "Look at the sign before the bias in the formula."),
        Slip("one bias for all neurons", "dense(x, W, b[0], activation)",
             "All neurons get the first one's bias here. b holds one for each of them."),
        Slip("tanh, whatever the activation", "dense(x, W, b, np.tanh)", FIXED_ACTIVATION),
        Slip("relu, whatever the activation", "dense(x, W, b, relu)", FIXED_ACTIVATION),
        Slip("activation applied twice", "activation(dense(x, W, b, activation))",
             "The activation is applied to its own result as well. Each weighted sum goes through it once."),
        Slip("rows and columns exchanged", "dense(x, W, b, activation).T",
             "Every number is there, but the samples are in the columns. One sample per row is asked for."),
    ],
)


def _weights(layer_sizes):
    return sum(before * after for before, after in pairwise(layer_sizes))


def _three_layers(layer_sizes):
    a, b, c = layer_sizes
    return a * b + b + b * c + c


ALWAYS_THREE_LAYERS = (
    "That suits three layers only, and lists may be longer or shorter. Go through the pairs of neighbours in a "
    "loop."
)


count_parameters = Function(
    cases=[
        {"layer_sizes": [784, 128, 10]},
        {"layer_sizes": [2, 2, 1]},
        {"layer_sizes": [5, 3, 4, 2]},
    ],
    hidden=[
        {"layer_sizes": [64, 32, 16, 10]},
        {"layer_sizes": [784, 10]},
        {"layer_sizes": [4, 3, 5, 2, 1]},
        {"layer_sizes": [3, 7, 7, 7, 7, 7, 2]},
    ],
    hints=(
        "Go from layer to layer. How many connections lead into it, and how many of its neurons have a bias?",
        "zip(layer_sizes[:-1], layer_sizes[1:]) gives the pairs (n_in, n_out) of neighbouring layers. "
        "Each pair adds a matrix of n_in times n_out weights and a bias for each of the n_out neurons.",
    ),
    slips=[
        Slip("biases left out", _weights, "That counts the weights. What else does training change?"),
        Slip("biases for the input layer, too", "_weights(layer_sizes) + sum(layer_sizes)",
             "The neurons of the input layer hold the data as they are: they have no bias."),
        Slip("one bias per layer", "_weights(layer_sizes) + len(layer_sizes) - 1",
             "The weights are right. The biases are too few: every neuron of a layer has its own."),
        Slip("hidden layers left out", "(layer_sizes[0] + 1) * layer_sizes[-1]",
             "That would be a network without hidden layers. Connections lead from each layer to the next."),
        Slip("neurons counted", sum,
             "That is the number of neurons. Parameters are the weights on the connections, and the biases."),
        Slip("biases of the layer before", "_weights(layer_sizes) + sum(layer_sizes[:-1])",
             "The weights are right. Of the two layers that the connections join, which one's neurons are "
             "shifted by a bias?"),
        Slip("biases of the output layer left out", "_weights(layer_sizes) + sum(layer_sizes[1:-1])",
             "The output neurons have biases, too. Only the input layer goes without."),
        Slip("only the first pair of layers", "(layer_sizes[0] + 1) * layer_sizes[1]",
             "Only the first two layers are counted. A return inside the loop ends it in the first round: is "
             "that line indented too far?"),
        Slip("last layer left out", "_weights(layer_sizes[:-1]) + sum(layer_sizes[1:-1])",
             "What leads into the output layer is not counted. How many pairs of neighbours are there, and "
             "does the loop reach the last?"),
        Slip("only the last pair of layers", "(layer_sizes[-2] + 1) * layer_sizes[-1]",
             "Only what leads into the output layer is left. In a loop, each round must add to what the "
             "rounds before it gave."),
        Slip("sizes of all layers multiplied", math.prod,
             "Connections join neighbouring layers only: multiply two sizes at a time, and add up."),
        Slip("not added up", "[(before + 1) * after for before, after in pairwise(layer_sizes)]",
             "These are the parameters of each layer. The task asks for one number, for the whole network."),
        Slip("always three layers", _three_layers, ALWAYS_THREE_LAYERS),
        Slip("always three layers", "_three_layers(layer_sizes[:3])", ALWAYS_THREE_LAYERS),
        Slip("the same number for every network", "101_770",
             "That is the count for the layers 784, 128 and 10, and it comes out for others as well. Work "
             "it out from layer_sizes."),
    ],
)
