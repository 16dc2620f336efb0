"""The exercises of lesson 02: loss functions."""

import numpy as np

from helpers.kit.author import Function, Slip

ALWAYS_3 = (
    "That is right for three samples only. Take their number from the arrays: the next ones may be longer."
)

CUT_OFF = "The decimals are lost. // and int() give whole numbers only, and a loss has decimals."

ONLY_THE_FIRST = (
    "Only the first sample counts here. A return inside the loop ends it in the first round: is that line "
    "indented too far?"
)

ONLY_THE_LAST = (
    "Only the last sample is left. In a loop, each round must add to what the rounds before it gave."
)

ONE_SIGN = (
    "Predictions that are off to one side cost nothing here. An error counts whether it is above or below."
)

LAST_LEFT_OUT = "The last sample is missing. range(n) ends at n - 1 by itself."

# In the last case errors have both signs and a mean that is not a whole number, not their median, and not that of
# three samples: each slip gives another number.
CASES = [
    {"y_true": np.array([3.0, 5.0, 2.0]), "y_pred": np.array([2.0, 5.0, 5.0])},
    {"y_true": np.array([1.0, 2.0]), "y_pred": np.array([1.0, 2.0])},
    {"y_true": np.array([-1.0, 4.0, 2.5, 0.5]), "y_pred": np.array([1.0, 0.0, 2.0, 1.5])},
]
HIDDEN = [
    {"y_true": np.array([1.0, -2.0, 4.5, 0.0]), "y_pred": np.array([0.5, -1.0, 4.5, 3.0])},
    {"y_true": np.array([10.0]), "y_pred": np.array([7.0])},
    # One value twice, with two predictions.
    {"y_true": np.array([2, 4, 4, 8, 10]), "y_pred": np.array([1, 4, 8, 8, 5])},
    # Whole numbers and decimals, equal errors, a small and a large one.
    {"y_true": np.array([1, 2, 3, 4, 5, 6]), "y_pred": np.array([1.1234, 3.5, 60.25, 5.5, 5.0, 4.5])},
    {"y_true": np.array([0.1234, 0.2345]), "y_pred": np.array([0.0, 1.0])},
]

mse = Function(
    cases=CASES,
    hidden=HIDDEN,
    hints=(
        "Three steps in this order: how far off is each prediction, square that, take the average.",
        "With arrays, y_true - y_pred gives all the differences at once, and ** 2 squares each of them. "
        "np.mean takes the average.",
    ),
    slips=[
        Slip("sum instead of mean", "np.sum((y_true - y_pred) ** 2)",
             "That is the sum of the squared errors. The M in MSE asks for their mean, so that the loss "
             "does not grow with the number of samples."),
        Slip("not averaged", "(y_true - y_pred) ** 2",
             "These are the squared errors, one for each sample. A loss is one number for all of them "
             "together."),
        Slip("not squared", "np.mean(y_true - y_pred)",
             "That is the average of the differences themselves: errors above and below cancel. The S in "
             "MSE is the step that is missing."),
        Slip("squared after averaging", "np.mean(y_true - y_pred) ** 2",
             "The order matters: here errors above and below cancel before they are squared. Square each "
             "one first."),
        Slip("root taken", "np.sqrt(mse(y_true, y_pred))",
             "That is the root of the MSE, known as RMSE. The formula above stops one step earlier."),
        Slip("absolute value instead of square", "np.mean(np.abs(y_true - y_pred))",
             "These are the sizes of the errors, averaged: another loss, which comes later. The S in MSE "
             "stands for something else."),
        Slip("doubled instead of squared", "np.mean(2 * (y_true - y_pred))",
             "Each error is multiplied by 2 here. A square is a number times itself: in Python, count the "
             "asterisks."),
        Slip("squared before subtracting", "np.mean(y_true**2 - y_pred**2)",
             "The order matters: here the values are squared, and then subtracted. Which brackets does the "
             "formula have?"),
        Slip("only the prediction squared", "np.mean(y_true - y_pred**2)",
             "Python squares before it subtracts, so only y_pred is squared here. Put brackets around the "
             "difference."),
        Slip("^ instead of **", "np.mean((y_true - y_pred) ^ 2)",
             "In Python, ^ is not a power: it compares the bits of whole numbers. A square is written ** 2."),
        Slip("added instead of subtracted", "np.mean((y_true + y_pred) ** 2)",
             "An exact prediction should cost nothing. How far are two values from each other?"),
        Slip("half of it", "mse(y_true, y_pred) / 2",
             "That is half of the MSE. Some books put ½ in front; the formula above does not."),
        Slip("variance of the errors", "np.var(y_true - y_pred)",
             "np.var subtracts the average error before it squares. A model whose errors are all alike "
             "would then seem perfect."),
        Slip("divided by n - 1", "np.sum((y_true - y_pred) ** 2) / np.subtract(len(y_true), 1)",
             "The sum is divided by one sample too few. The formula divides by n, all of them."),
        Slip("always divided by 3", "np.sum((y_true - y_pred) ** 2) / 3", ALWAYS_3),
        Slip("decimals cut off", "np.sum((y_true - y_pred) ** 2) // len(y_true)", CUT_OFF),
        Slip("only the first sample", "(y_true[0] - y_pred[0]) ** 2 / len(y_true)", ONLY_THE_FIRST),
        Slip("only the last sample", "(y_true[-1] - y_pred[-1]) ** 2 / len(y_true)", ONLY_THE_LAST),
        Slip("last sample left out", "np.sum((y_true - y_pred)[:-1] ** 2) / len(y_true)", LAST_LEFT_OUT),
    ],
)

mae = Function(
    cases=CASES,
    hidden=HIDDEN,
    hints=(
        "Only one step differs from the MSE: how each error is made positive.",
        "np.abs gives the size of every number in an array, whatever its sign. Average those sizes.",
    ),
    slips=[
        Slip("sum instead of mean", "np.sum(np.abs(y_true - y_pred))",
             "That is the sum of the sizes of the errors. The M asks for their mean."),
        Slip("absolute value forgotten", "np.mean(y_true - y_pred)",
             "Some errors are negative and cancel the positive ones. The A in MAE says what to do with "
             "each error first."),
        Slip("absolute value after averaging", "np.abs(np.mean(y_true - y_pred))",
             "The order matters: when you average first, errors above and below have already cancelled."),
        Slip("squared errors", "mse(y_true, y_pred)",
             "That is the MSE again. MAE takes the size of each error as it is, without squaring."),
        Slip("not averaged", "np.abs(y_true - y_pred)",
             "These are the sizes of the errors, one for each sample. A loss is one number for all of them "
             "together."),
        Slip("absolute values before subtracting", "np.mean(np.abs(y_true) - np.abs(y_pred))",
             "Taking the sizes of the values does not help: their differences still cancel. It is the "
             "errors whose size is asked for."),
        Slip("root of the MSE", "np.sqrt(mse(y_true, y_pred))",
             "That is the root of the MSE. Its unit is the same, but large errors have already been "
             "squared."),
        Slip("median instead of mean", "np.median(np.abs(y_true - y_pred))",
             "That is the size in the middle, so one large error would not count. The M here stands for "
             "mean."),
        Slip("largest error", "np.max(np.abs(y_true - y_pred))",
             "That is the size of the worst error. All errors count equally."),
        Slip("errors of one sign only", "np.mean(np.maximum(0, y_true - y_pred))", ONE_SIGN),
        Slip("errors of one sign only", "np.mean(np.maximum(0, y_pred - y_true))", ONE_SIGN),
        Slip("relative error", "np.mean(np.abs(y_true - y_pred) / np.abs(y_true))",
             "Each error is divided by its true value here. The MAE is in the unit of the values, not in "
             "shares of them."),
        Slip("divided by n - 1", "np.sum(np.abs(y_true - y_pred)) / np.subtract(len(y_true), 1)",
             "The sum is divided by one sample too few. The formula divides by n, all of them."),
        Slip("always divided by 3", "np.sum(np.abs(y_true - y_pred)) / 3", ALWAYS_3),
        Slip("decimals cut off", "np.sum(np.abs(y_true - y_pred)) // len(y_true)", CUT_OFF),
        Slip("only the first sample", "np.abs(y_true[0] - y_pred[0]) / len(y_true)", ONLY_THE_FIRST),
        Slip("only the last sample", "np.abs(y_true[-1] - y_pred[-1]) / len(y_true)", ONLY_THE_LAST),
        Slip("last sample left out", "np.sum(np.abs(y_true - y_pred)[:-1]) / len(y_true)", LAST_LEFT_OUT),
    ],
)

NO_LOGARITHM = (
    "Here the loss grows evenly as the probability falls. One step is missing: it makes a probability close "
    "to 0 cost very much."
)


def _mean_of_costly(costs):
    costly = costs[costs > 0]
    return float(np.sum(costly) / np.float64(len(costly)))


hinge = Function(
    cases=[
        {"y_true": np.array([1, -1, 1, -1]), "scores": np.array([2.0, 0.5, 0.3, -1.5])},
        {"y_true": np.array([1, -1]), "scores": np.array([4.0, -2.0])},
        # In the first case some slips give the share of samples on the wrong side, and some give 0.
        {"y_true": np.array([-1, 1, 1]), "scores": np.array([0.7, -1.6, 2.0])},
    ],
    hidden=[
        # One score twice, with both labels.
        {"y_true": np.array([-1, -1, 1, 1, 1]), "scores": np.array([-0.25, 0.9, -2.0, 0.9, 4.0])},
        {"y_true": np.array([-1.0]), "scores": np.array([0.0])},
        {"y_true": np.array([1, -1, -1]), "scores": np.array([5.0, -3.0, -2.0])},
        {"y_true": np.array([1, -1, 1, -1]), "scores": np.array([-40.0, 7.123, 0.3333, -0.25])},
    ],
    hints=(
        "Work out the margin of every sample first: label times score. What does a margin of 2 cost, and "
        "one of 0.3?",
        "np.maximum(0, values) replaces every negative entry of an array by 0. The values here are 1 minus "
        "the margins; the mean comes last.",
    ),
    slips=[
        Slip("no maximum with 0", "np.mean(1 - y_true * scores)",
             "Samples that are safely right give less than 0 here and hide the bad ones. No sample may "
             "cost less than 0."),
        Slip("maximum after averaging", "max(0.0, float(np.mean(1 - y_true * scores)))",
             "The order matters: cut each sample off at 0, then average. Otherwise safe samples pay for "
             "bad ones."),
        Slip("margin of 1 forgotten", "np.mean(np.maximum(0, -y_true * scores))",
             "Only samples on the wrong side cost something here. A sample that is right by less than 1 "
             "should cost something, too."),
        Slip("margins added up first", "np.maximum(0, 1 - y_true @ scores)",
             "@ adds all the products up, and one margin is left for all samples. Each has a margin of its "
             "own: multiply with *."),
        Slip("label subtracted before multiplying", "np.mean(np.maximum(0, (1 - y_true) * scores))",
             "The brackets make Python subtract the label from 1 first. Label times score comes first: that "
             "product is subtracted."),
        Slip("subtracted the other way round", "np.mean(np.maximum(0, y_true * scores - 1))",
             "Samples that are safely right pay here, and the others cost nothing. The loss charges for what "
             "is missing from 1: which of the two is subtracted from the other?"),
        Slip("label left out", "np.mean(np.maximum(0, 1 - scores))",
             "A large negative score is good news for a label of -1. Where does the label come in?"),
        Slip("sign flipped", "hinge(-y_true, scores)",
             "Right answers cost more than wrong ones here. Look at the sign before the margin."),
        Slip("sum instead of mean", "np.sum(np.maximum(0, 1 - y_true * scores))",
             "Each sample costs what it should. What is still missing is their mean."),
        Slip("not averaged", "np.maximum(0, 1 - y_true * scores)",
             "That is what each sample costs. A loss is one number for all of them together."),
        Slip("mean of the samples that cost something", "_mean_of_costly(np.maximum(0, 1 - y_true * scores))",
             "Samples that cost nothing count, too: n is the number of all samples. And what if none costs "
             "anything?"),
        Slip("minimum instead of maximum", "np.mean(np.minimum(0, 1 - y_true * scores))",
             "What stays here is never above 0, so bad samples cost nothing. Which of the two numbers "
             "should win?"),
        Slip("absolute value instead of maximum", "np.mean(np.abs(1 - y_true * scores))",
             "Here a sample also pays for a margin above 1. From 1 upwards it should cost nothing."),
        Slip("squared", "np.mean(np.maximum(0, 1 - y_true * scores) ** 2)",
             "That is the squared hinge loss, a relative. Here each step below a margin of 1 costs just "
             "one more."),
        Slip("at most 1 per sample", "np.mean(np.clip(1 - y_true * scores, 0, 1))",
             "No sample costs more than 1 here. Downwards there is a limit, upwards there is none."),
        Slip("difference instead of product", "np.mean(np.maximum(0, y_true - scores))",
             "Label minus score suits the label 1, not the label -1. The margin is a product of the two."),
        Slip("wrong answers counted", "np.mean(y_true * scores < 0)",
             "That is the share of samples on the wrong side. The loss asks how far each is from where it "
             "should be."),
        Slip("decimals cut off", "np.mean(np.trunc(np.maximum(0, 1 - y_true * scores)))",
             "What each sample costs has lost its decimals. int() drops them, and so does an array of whole "
             "numbers, such as np.zeros_like(y_true)."),
        Slip("only the first sample", "max(0.0, float(1 - y_true[0] * scores[0])) / len(y_true)",
             ONLY_THE_FIRST),
        Slip("only the last sample", "max(0.0, float(1 - y_true[-1] * scores[-1])) / len(y_true)",
             ONLY_THE_LAST),
    ],
)


ALL_CLASSES = (
    "Every class counts here, and the labels do not matter. Only the probability given to the true class should "
    "cost something."
)


def _of_label(labels, probabilities):
    return np.asarray(probabilities[np.arange(len(labels)), labels])


def _with_other_classes(labels, probabilities):
    is_label = np.eye(probabilities.shape[1])[labels]
    return -np.mean(np.sum(np.log(np.where(is_label, probabilities, 1 - probabilities)), axis=1))


FOUR_CLASSES = np.array(
    [[0.1, 0.2, 0.3, 0.4], [0.05, 0.05, 0.8, 0.1], [0.9, 0.05, 0.03, 0.02], [0.25, 0.25, 0.25, 0.25]]
)

NOT_THREE = "The first example has three samples. len(labels) says how many there are."

cross_entropy = Function(
    cases=[
        {
            "labels": np.array([0, 2, 1]),
            "probabilities": np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.15, 0.6, 0.25]]),
        },
        # Unlike those above, these labels do not name every column once.
        {
            "labels": np.array([1, 1, 0, 1]),
            "probabilities": np.array([[0.5, 0.5], [0.2, 0.8], [0.7, 0.3], [0.6, 0.4]]),
        },
    ],
    hidden=[
        {"labels": np.array([2, 0, 0, 1]), "probabilities": FOUR_CLASSES},
        {"labels": np.array([1]), "probabilities": np.array([[0.2, 0.8]])},
        {"labels": np.array([0, 1]), "probabilities": np.array([[0.01, 0.99], [0.001, 0.999]])},
    ],
    hints=(
        "Only one number from each row matters: the probability in the column that the label names.",
        "Two index arrays of equal length pick one entry per pair: rows = np.arange(len(labels)) and "
        "probabilities[rows, labels]. Then np.log, the sign, and the mean.",
    ),
    slips=[
        Slip("sign forgotten", "-cross_entropy(labels, probabilities)",
             "The logarithm of a probability is never above 0. Which sign makes a worse prediction cost "
             "more?"),
        Slip("sum instead of mean", "cross_entropy(labels, probabilities) * len(labels)",
             "That is the sum over the samples. With their mean, a bigger batch does not look worse."),
        Slip("mean over classes as well", "cross_entropy(labels, probabilities) / probabilities.shape[1]",
             "You divide by the number of samples times the number of classes. Each row gives one loss; "
             "divide by the number of rows."),
        Slip("all classes instead of the label's", "-np.mean(np.sum(np.log(probabilities), axis=1))",
             ALL_CLASSES),
        Slip("all classes instead of the label's", "-np.mean(np.log(probabilities))", ALL_CLASSES),
        Slip("most probable class instead of the label's", "-np.mean(np.log(np.max(probabilities, axis=1)))",
             "That is the loss of the model's favourite class, as if it were always right. Use the class "
             "that the label names."),
        Slip("logarithm to base 10", "cross_entropy(labels, probabilities) / np.log(10)",
             "The steps are right, the logarithm is not: the course uses the natural one, ln."),
        Slip("logarithm to base 2", "cross_entropy(labels, probabilities) / np.log(2)",
             "The steps are right, the logarithm is not: the course uses the natural one, ln."),
        Slip("not averaged", "-np.log(_of_label(labels, probabilities))",
             "That is what each sample costs. A loss is one number for all of them together."),
        Slip("divided by the number of classes",
             "-np.sum(np.log(_of_label(labels, probabilities))) / probabilities.shape[1]",
             "The sum is right. It is divided by the number of columns; there is one loss for each row."),
        Slip("no logarithm", "-np.mean(_of_label(labels, probabilities))", NO_LOGARITHM),
        Slip("no logarithm", "np.mean(1 - _of_label(labels, probabilities))", NO_LOGARITHM),
        Slip("logarithm of the mean", "-np.log(np.mean(_of_label(labels, probabilities)))",
             "The order matters: first the logarithm of each probability, then the mean. Otherwise one "
             "confident mistake hides among the others."),
        Slip("every row with every label", "-np.mean(np.log(probabilities[:, labels]))",
             "A colon takes all rows for every label. Each row has one label of its own: rows and columns "
             "go in pairs."),
        Slip("whole rows picked by the labels", "-np.mean(np.log(probabilities[labels]))",
             "probabilities[labels] picks whole rows: row 2 for label 2. Each sample has a row of its own, and "
             "the label says which column of it counts."),
        Slip("three samples, whatever labels holds", "-np.sum(np.log(_of_label(labels, probabilities)[:3])) / 3",
             NOT_THREE),
        Slip("three samples, whatever labels holds", "-np.sum(np.log(_of_label(labels, probabilities))) / 3",
             NOT_THREE),
        Slip("rows and columns swapped", "-np.mean(np.log(probabilities[labels, np.arange(len(labels))]))",
             "The samples are in the rows, the classes in the columns: in the brackets, the number of the "
             "sample comes first."),
        Slip("labels counted from 1", "cross_entropy(labels - 1, probabilities)",
             "The column is one too far to the left. Classes are counted from 0, as Python counts columns."),
        Slip("other classes counted as well", _with_other_classes,
             "The other classes cost something here, too, as in the binary cross-entropy. With softmax "
             "only the true class is looked at."),
        Slip("squared errors of the probabilities",
             "np.mean( (np.eye(probabilities.shape[1])[labels] - probabilities) ** 2 )",
             "That is the MSE of the probabilities. Cross-entropy takes a logarithm instead of a square."),
        Slip("1 minus the probability in the logarithm", "cross_entropy(labels, 1 - probabilities)",
             "Here it costs most to be sure and right. The logarithm is taken of the probability itself."),
        Slip("only the first sample", "-np.log(probabilities[0, labels[0]]) / len(labels)", ONLY_THE_FIRST),
        Slip("only the last sample", "-np.log(probabilities[-1, labels[-1]]) / len(labels)", ONLY_THE_LAST),
    ],
)
