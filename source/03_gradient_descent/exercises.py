"""The exercises of lesson 03: slopes, gradient descent and its relatives, batches."""

import math

import numpy as np

from helpers.lessons.gradient_descent.surfaces import (
    cube,
    gradient_of_bowl,
    gradient_of_square,
    gradient_of_tilted_bowl,
    square,
)
from helpers.kit.author import Batches, Function, Slip

slope = Function(
    cases=[
        {"f": square, "x": 3.0, "h": 0.5},
        {"f": cube, "x": 2.0, "h": 0.5},
        # Here the curve falls, and the slope is not a whole number.
        {"f": square, "x": -1.25, "h": 0.25},
    ],
    hidden=[
        {"f": np.exp, "x": 0.5, "h": 0.1},
        {"f": np.sin, "x": 2.0, "h": 0.25},
        {"f": cube, "x": -1.5, "h": 0.2},
        {"f": cube, "x": 1.0, "h": 2.0},
    ],
    hints=(
        "You need the curve's height at two places, a little to the right of x and a little to the left. How "
        "far apart are these places?",
        "The numerator is f(x + h) - f(x - h), the denominator 2 * h. Put brackets around both.",
    ),
    slips=[
        Slip("forward difference", "(f(x + h) - f(x)) / h",
             "That looks only to the right of x. The central difference looks equally far to both sides."),
        Slip("backward difference", "(f(x) - f(x - h)) / h",
             "That looks only to the left of x. The central difference looks equally far to both sides."),
        Slip("not divided", "f(x + h) - f(x - h)",
             "That is how much higher the curve is on the right than on the left. A slope is that height "
             "divided by how far apart the two places are."),
        Slip("divided by h instead of 2h", "slope(f, x, h) * 2",
             "The rise is right. How far is it from x − h to x + h?"),
        Slip("multiplied by h after dividing by 2", "slope(f, x, h) * h**2",
             "Python works from left to right: / 2 * h divides by 2 and then multiplies by h. The whole 2h "
             "belongs below the fraction bar."),
        Slip("brackets around the difference forgotten", "f(x + h) - f(x - h) / (2 * h)",
             "Only the second height is divided here. The difference comes first, so it needs brackets."),
        Slip("sign flipped", "-slope(f, x, h)",
             "Where the curve rises to the right, the slope is positive. Which height do you subtract from "
             "which?"),
        Slip("sign lost", "abs(f(x + h) - f(x - h)) / (2 * h)",
             "A slope has a sign: where the curve falls to the right, it is negative. Leave abs out."),
        Slip("decimals cut off", "(f(x + h) - f(x - h)) // (2 * h)",
             "// gives whole numbers only. Which operator keeps the decimals?"),
        Slip("heights added instead of subtracted", "(f(x + h) + f(x - h)) / (2 * h)",
             "The rise is how much higher the curve is on the right than on the left. Here both heights "
             "are added."),
        Slip("half as far to each side", "slope(f, x, h / 2)",
             "You look h/2 to each side. The task looks h to each side, so the two places are 2h apart."),
        Slip("h not used", "slope(f, x, 1e-4)",
             "This is the slope for a far smaller step. Use the h that is passed in."),
        Slip("derivative of x² for every f", "2 * x",
             "2x is the derivative of x² alone. Call the f that is passed in to get the heights: it may be "
             "any function."),
        Slip("second derivative", "(f(x + h) - 2 * f(x) + f(x - h)) / h**2",
             "That tells how the slope itself changes. For the slope, two heights are enough."),
    ],
)

# Three starts for a walk downhill. The first is a whole number, but not every place on its path is.
FROM_4 = {"gradient": gradient_of_square, "start": 4}
IN_BOWL = {"gradient": gradient_of_bowl, "start": np.array([3.0, 1.0])}
IN_TILTED_BOWL = {"gradient": gradient_of_tilted_bowl, "start": np.array([-2.0, 1.5])}


STORED_AGAIN = (
    "All rows are the last place: the list holds one array many times, and += or -= changes it everywhere. Make a "
    "new array at each step."
)


def of_path(walk):
    """What can go wrong with the path of a right walk. walk: the call that gives it."""
    return [
        Slip("start left out of the path", f"{walk}[1:]",
             "The steps are right. The path begins with the start itself, before any step."),
        Slip("one step too few", f"{walk}[:-1]",
             "The places are right, but the last one is missing: the start and `steps` steps make steps + "
             "1 places."),
        Slip("one step too many", walk.replace("steps", "steps + 1"),
             "The places are right, but there is one too many: the start and `steps` steps make steps + 1 "
             "places."),
        Slip("only one step", walk.replace("steps", "1"),
             "That is the path of the first step. Does your loop end too early, with a return inside it?"),
        Slip("only the last place", f"{walk}[-1]",
             "That is where the walk ends. The task asks for the whole path, one row for each place."),
        # With a list, arrays are shared and numbers are copied, unless they were made into arrays.
        Slip("same array stored every time", f"{walk}[[steps] * (steps + 1) if np.ndim(start) else slice(None)]",
             STORED_AGAIN),
        Slip("same array stored every time", f"{walk}[[steps] * (steps + 1)]", STORED_AGAIN),
    ]


def _in_place(gradient, start, learning_rate, steps):
    path = np.array([start] * (steps + 1))
    for step in range(steps):
        path[step + 1] = path[step] - learning_rate * gradient(path[step])
    return path


def _from_start(where):
    """A walk whose steps all begin at the start. where: the place of the gradient, from the path so far."""

    def walk(gradient, start, learning_rate, steps):
        path = [start]
        for _ in range(steps):
            path.append(start - learning_rate * gradient(where(path)))
        return np.array(path)

    return walk


FROM_THE_START = (
    "Every step begins at the start again. It begins where the step before it ended: at the last place of the "
    "path."
)


gradient_descent = Function(
    cases=[
        {**FROM_4, "learning_rate": 0.25, "steps": 3},
        {**IN_BOWL, "learning_rate": 0.1, "steps": 2},
        {**IN_TILTED_BOWL, "learning_rate": 0.2, "steps": 3},
    ],
    hidden=[
        {"gradient": np.sin, "start": 2.5, "learning_rate": 0.5, "steps": 4},
        {"gradient": gradient_of_bowl, "start": np.array([-1.0, 2.0]), "learning_rate": 0.05, "steps": 1},
        {"gradient": np.sin, "start": np.array([0.5, -1.0, 2.0]), "learning_rate": 0.8, "steps": 30},
        {"gradient": gradient_of_square, "start": np.array([1.5]), "learning_rate": 0.125, "steps": 2},
    ],
    hints=(
        "Keep the places you visit in a list that begins with the start. Where do you go from the last of "
        "them?",
        "In a loop over range(steps): path.append(path[-1] - ...), with the learning rate times the gradient "
        "at path[-1]. After the loop, np.array(path).",
    ),
    slips=[
        Slip("uphill instead of downhill", "gradient_descent(gradient, start, -learning_rate, steps)",
             "Each step goes uphill. The gradient points in the direction in which the loss grows: walk "
             "against it."),
        Slip("learning rate forgotten", "gradient_descent(gradient, start, 1, steps)",
             "The direction is right, but the length is not: each step is the learning rate times the "
             "gradient."),
        Slip("learning rate inside the gradient",
             "gradient_descent(lambda place: gradient(learning_rate * place) / learning_rate, start, "
             "learning_rate, steps)",
             "The learning rate multiplies the gradient, not the place at which the gradient is taken."),
        *of_path("gradient_descent(gradient, start, learning_rate, steps)"),
        Slip("every step from the start", _from_start(lambda path: path[0]), FROM_THE_START),
        Slip("every step from the start", _from_start(lambda path: path[-1]), FROM_THE_START),
        Slip("old place left out",
             "gradient_descent(lambda place: place / learning_rate + gradient(place), start, learning_rate, "
             "steps)",
             "That is only the step. A step starts from the place where you are, so add it to that place."),
        Slip("steps instead of places",
             "np.array([start, *np.diff(gradient_descent(gradient, start, learning_rate, steps), axis=0)])",
             "After the start, the path should continue with places. These are the steps between them."),
        Slip("places cut to whole numbers", _in_place,
             "An array made from whole numbers holds whole numbers only, and cuts off what comes after the "
             "decimal point. Make one of floats."),
        Slip("gradient always taken at the start",
             "gradient_descent(lambda _: gradient(start), start, learning_rate, steps)",
             "All your steps are equally long, as if the slope never changed. Work the gradient out again "
             "at each place."),
    ],
)


def _fitted(update):
    """A fit with another update. update: w and b from x, y, the errors, w and b so far, and 2η."""

    def fit(x, y, learning_rate, steps):
        w, b, losses = 0.0, 0.0, []
        for _ in range(steps):
            errors = w * x + b - y
            losses.append(np.mean(errors**2))
            w, b = update(x, y, errors, w, b, 2 * learning_rate)
        return w, b, losses

    return fit


def _w_first(x, y, errors, w, b, rate):
    w = w - rate * np.mean(errors * x)
    return w, b - rate * np.mean(w * x + b - y)


def _brackets_forgotten(sign):
    """A fit whose errors are y - w * x + b. sign: of the step."""

    def fit(x, y, learning_rate, steps):
        w, b, losses = 0.0, 0.0, []
        for _ in range(steps):
            errors = y - w * x + b
            losses.append(np.mean(errors**2))
            step_w, step_b = 2 * np.mean(errors * x), 2 * np.mean(errors)
            w, b = w + sign * learning_rate * step_w, b + sign * learning_rate * step_b
        return w, b, losses

    return fit


BRACKETS = "Python subtracts w * x alone, and then adds b. Put brackets around the whole prediction, w * x + b."


def _with_losses(fit, x, y, learning_rate, steps, loss):
    """w and b as a fit gives them, and before each step another loss of the errors."""
    lines = [fit(x, y, learning_rate, step)[:2] for step in range(steps + 1)]
    return (*lines[-1], [loss(w * x + b - y) for w, b in lines[:-1]])


def _best_line(x, y, _learning_rate, steps):
    w, b = np.polyfit(x, y, 1)
    return w, b, [np.mean((w * x + b - y) ** 2)] * steps


SUMMED_STEPS = (
    "Your steps grow with the number of samples. The MSE is a mean, so its derivatives are means too."
)

fit_line = Function(
    results=("w", "b", "losses"),
    cases=[
        {"x": np.array([0.0, 2.0]), "y": np.array([1.0, 5.0]), "learning_rate": 0.1, "steps": 1},
        {"x": np.array([1.0, 2.0, 3.0]), "y": np.array([2.0, 3.0, 7.0]), "learning_rate": 0.05, "steps": 2},
    ],
    hidden=[
        {
            "x": np.array([-1.0, 0.0, 2.0, 4.0]),
            "y": np.array([3.0, 1.0, -2.0, -7.0]),
            "learning_rate": 0.04,
            "steps": 3,
        },
        {
            "x": np.array([0.5, 1.5, 1.0, 2.5, 3.0]),
            "y": np.array([2.0, 1.0, 4.0, 3.0, 6.0]),
            "learning_rate": 0.1,
            "steps": 4,
        },
        # One that arrives, and one whose steps are too long.
        {"x": np.array([0.0, 2.0]), "y": np.array([1.0, 5.0]), "learning_rate": 0.3, "steps": 30},
        {"x": np.array([1, 2, 3]), "y": np.array([2.0, 3.0, 7.0]), "learning_rate": 0.4, "steps": 4},
    ],
    hints=(
        "Each step has four parts in this order: the errors of the current line, their loss, both partial "
        "derivatives, the new w and b. Which of these need numbers from before the update?",
        "With errors = w * x + b - y, the derivatives are 2 * np.mean(errors * x) and 2 * np.mean(errors). "
        "Append np.mean(errors ** 2) to losses, work out both derivatives, and only then change w and b.",
    ),
    slips=[
        Slip("b updated with the new w", _fitted(_w_first),
             "w changes before the derivative for b is worked out, so b sees a step that is half done. "
             "Work out both derivatives first, then change both."),
        Slip("uphill instead of downhill", "fit_line(x, y, -learning_rate, steps)",
             "The loss grows at every step. Look at the sign of the error, and at the sign of the step."),
        Slip("brackets around the prediction forgotten", _brackets_forgotten(1), BRACKETS),
        Slip("brackets around the prediction forgotten", _brackets_forgotten(-1), BRACKETS),
        Slip("factor 2 left out", "fit_line(x, y, learning_rate / 2, steps)",
             "Your steps are half as long as they should be. What factor comes from differentiating a "
             "square?"),
        Slip("sum instead of mean", "fit_line(x, y, learning_rate * len(x), steps)", SUMMED_STEPS),
        Slip("sum instead of mean",
             "_with_losses(fit_line, x, y, learning_rate * len(x), steps, lambda errors: np.sum(errors**2))",
             SUMMED_STEPS),
        Slip("half of the MSE",
             "_with_losses(fit_line, x, y, learning_rate / 2, steps, lambda errors: np.mean(errors**2) / 2)",
             "That is half of the MSE, with its derivatives, as some books have it. The loss here has no ½."),
        Slip("losses summed instead of averaged",
             "_with_losses(fit_line, x, y, learning_rate, steps, lambda errors: np.sum(errors**2))",
             "w and b are right. The MSE is a mean: divide the sum of the squares by the number of samples."),
        Slip("losses of errors that are not squared",
             "_with_losses(fit_line, x, y, learning_rate, steps, np.mean)",
             "w and b are right. In a mean of plain errors, those above and below the line cancel. The MSE "
             "squares them first."),
        Slip("losses of errors that are not squared",
             "_with_losses(fit_line, x, y, learning_rate, steps, lambda errors: np.mean(np.abs(errors)))",
             "w and b are right. That is the MAE of lesson 02; the loss here is the MSE."),
        Slip("w and b swapped", "tuple(fit_line(x, y, learning_rate, steps)[place] for place in (1, 0, 2))",
             "The numbers are right, but their order is not: first w, then b, then the losses."),
        Slip("learning rate left out", "fit_line(x, y, 1, steps)",
             "The direction is right, but the length is not: each step is the learning rate times the "
             "derivative."),
        Slip("best line at once", _best_line,
             "That is the best line of all. The task asks where `steps` steps from w = 0 and b = 0 lead."),
        Slip("only one step", "fit_line(x, y, learning_rate, 1)",
             "That is where the first step leads. Does your loop end too early, with a return inside it?"),
        Slip("x left out of the derivative for w",
             _fitted(lambda x, y, errors, w, b, rate: (each - rate * np.mean(errors) for each in (w, b))),
             "w and b get the same step. In the derivative for w, each error is multiplied by something."),
        Slip("b never updated", _fitted(lambda x, y, errors, w, b, rate: (w - rate * np.mean(errors * x), b)),
             "b is still where it began. It has a derivative of its own and should take a step too."),
        Slip("w never updated", _fitted(lambda x, y, errors, w, b, rate: (w, b - rate * np.mean(errors))),
             "w is still where it began. It has a derivative of its own and should take a step too."),
        Slip("losses from after the updates",
             "(*fit_line(x, y, learning_rate, steps)[:2], fit_line(x, y, learning_rate, steps + 1)[2][1:])",
             "w and b are right. The losses should be those from before each update: the first belongs to "
             "w = 0 and b = 0."),
        Slip("one loss too many",
             "(*fit_line(x, y, learning_rate, steps)[:2], fit_line(x, y, learning_rate, steps + 1)[2])",
             "w and b are right. `losses` holds one number per step, the loss before it; the loss at the "
             "end is not among them."),
    ],
)


def _of_order(order, y_order=None):
    """Batches of samples in an order of their own. order: from x and rng. y_order: of y, if that differs."""

    def batches(x, y, batch_size, rng):
        places = order(x, rng)
        y_places = places if y_order is None else y_order(x, rng)
        for start in range(0, len(places), batch_size):
            part = slice(start, start + batch_size)
            yield x[places[part]], y[y_places[part]]

    return batches


def _shuffled(x, rng):
    return rng.permutation(len(x))


def _full_only(x, y, batch_size, rng):
    full = len(x) // batch_size * batch_size
    return _of_order(lambda x, rng: _shuffled(x, rng)[:full])(x, y, batch_size, rng)


def _equal_parts(x, y, batch_size, rng):
    for part in np.array_split(_shuffled(x, rng), math.ceil(len(x) / batch_size)):
        yield x[part], y[part]


def _ten(x, rng):
    order = rng.permutation(10)
    return order[order < len(x)]


def _ten_and_none(x, y, batch_size, rng):
    order = _ten(x, rng)
    for start in range(0, len(x), batch_size):
        part = order[start : start + batch_size]
        yield x[part], y[part]


def _to_ten(x, y, batch_size, rng):
    order = _shuffled(x, rng)
    for start in range(0, 10, batch_size):
        part = order[start : start + batch_size]
        yield x[part], y[part]


def _empty_at_the_end(x, y, batch_size, rng):
    order = _shuffled(x, rng)
    for number in range(len(x) // batch_size + 1):
        part = order[number * batch_size : (number + 1) * batch_size]
        yield x[part], y[part]


NOT_TEN = "The example in the task has 10 samples. Here x says how many there are."

minibatches = Batches(
    cases=[
        {"x": np.arange(1.0, 11.0), "y": 10 * np.arange(1.0, 11.0), "batch_size": 4, "seed": 1},
        {"x": np.arange(21.0, 28.0), "y": -np.arange(21.0, 28.0), "batch_size": 3, "seed": 2},
        # Samples of several numbers, and none left over.
        {"x": np.arange(31.0, 47.0).reshape(8, 2), "y": np.arange(8.0, 0.0, -1.0), "batch_size": 4, "seed": 3},
    ],
    hidden=[
        {"x": np.arange(45.0).reshape(15, 3), "y": np.arange(15) - 20, "batch_size": 5, "seed": 7},
        {"x": np.linspace(-1, 1, 13), "y": np.linspace(3, 9, 13), "batch_size": 6, "seed": 3},
        {"x": np.arange(12.0), "y": -np.arange(12.0), "batch_size": 1, "seed": 4},
        {"x": np.arange(11.0), "y": np.arange(11.0) ** 2, "batch_size": 64, "seed": 5},
        {"x": np.arange(28.0).reshape(7, 2, 2), "y": np.arange(7.0).reshape(7, 1), "batch_size": 3, "seed": 6},
    ],
    hints=(
        "Shuffle the indices of the samples, not the samples: one order can then be used for x and for y.",
        "order = rng.permutation(len(x)) shuffles the indices. In a loop over range(0, len(x), batch_size), "
        "cut out part = order[start:start + batch_size], and yield x[part], y[part].",
    ),
    slips=[
        Slip("not shuffled", _of_order(lambda x, rng: np.arange(len(x))),
             "Each batch holds samples that are side by side in x. Shuffle first: data often come sorted."),
        Slip("x and y shuffled separately", _of_order(_shuffled, _shuffled),
             "x and y are no longer in the same order, and the pairs are torn apart. Use one order for "
             "both."),
        Slip("last smaller batch dropped", _full_only,
             "The samples left over at the end are never seen. They make one more batch, a smaller one."),
        Slip("drawn with replacement", _of_order(lambda x, rng: rng.integers(0, len(x), len(x))),
             "Each sample is drawn as if none had been taken before. In one epoch every sample comes once."),
        Slip("a new generator instead of rng", "minibatches(x, y, batch_size, np.random.default_rng())",
             "The numbers come from a generator other than rng. With the one that is passed in, the same "
             "seed gives the same order again."),
        Slip("a fixed seed instead of rng", "minibatches(x, y, batch_size, np.random.default_rng(0))",
             "The order is always the same, whatever rng is. Let rng decide it, or no epoch differs from "
             "another."),
        Slip("batches made equal in size", _equal_parts,
             "The samples are spread evenly over the batches. All batches but the last have batch_size "
             "samples."),
        Slip("batches of 4, whatever batch_size is", "minibatches(x, y, 4, rng)",
             "The batches in the example hold 4 samples. Here batch_size says how many they hold."),
        Slip("an empty batch at the end", _empty_at_the_end,
             "Here the batches use up all samples, and one more comes after them, with nothing in it. How many "
             "batches are there if no sample is left over?"),
        Slip("10 samples, whatever x holds", _of_order(_ten), NOT_TEN),
        Slip("10 samples, whatever x holds", _ten_and_none, NOT_TEN),
        Slip("10 samples, whatever x holds", _to_ten, NOT_TEN),
        Slip("10 samples, whatever x holds", _of_order(lambda _, rng: rng.permutation(10)), NOT_TEN),
    ],
)

count_updates = Function(
    cases=[
        {"n": 60_000, "batch_size": 10, "epochs": 2},
        {"n": 60_000, "batch_size": 128, "epochs": 5},
        # So few samples are left over that the number of batches is not the nearest whole number.
        {"n": 100, "batch_size": 32, "epochs": 3},
    ],
    hidden=[
        {"n": 1437, "batch_size": 32, "epochs": 10},
        {"n": 5, "batch_size": 8, "epochs": 3},
        {"n": 1000, "batch_size": 96, "epochs": 3},
        # Nothing left over, one sample left over, and very few left over of many.
        {"n": 96, "batch_size": 32, "epochs": 1},
        {"n": 257, "batch_size": 128, "epochs": 2},
        {"n": 10_001, "batch_size": 1000, "epochs": 3},
        {"n": 8193, "batch_size": 8192, "epochs": 2},
        {"n": 60_000, "batch_size": 1, "epochs": 3},
    ],
    hints=(
        "First one epoch: how many batches does it have, when the last one may be smaller? Then all epochs.",
        "math.ceil(n / batch_size) rounds up to whole batches. Multiply by the epochs after rounding.",
    ),
    slips=[
        Slip("rounded down", "n // batch_size * epochs",
             "The smaller batch at the end of each epoch is missing. It makes an update too."),
        Slip("not rounded", "n / batch_size * epochs",
             "There is no such thing as part of an update: a smaller batch counts as a whole one."),
        Slip("rounded after all epochs", "math.ceil(n * epochs / batch_size)",
             "Every epoch ends with a batch of its own, so round up before multiplying by the epochs."),
        Slip("epochs left out", "count_updates(n, batch_size, 1)",
             "That is one epoch. Training goes through the data several times."),
        Slip("one update per sample", "n * epochs",
             "That counts samples. All samples of a batch share one update."),
        Slip("one more batch in any case", "(n // batch_size + 1) * epochs",
             "A smaller batch is added even where nothing is left over: does your rounding leave whole "
             "numbers alone?"),
        Slip("rounded to the nearest", "round(n / batch_size) * epochs",
             "round goes to the nearest whole number, up or down. However few samples are left over, they "
             "make a batch."),
        Slip("divided by the epochs", "count_updates(n, batch_size, 1) / epochs",
             "Do more epochs make more updates, or fewer?"),
        Slip("batch size taken for the number of batches", "batch_size * epochs",
             "batch_size says how many samples a batch has. How many batches does it take to hold all n?"),
    ],
)


def _rolled(ahead, *, stays=False):
    """A ball's path. ahead: where its gradient is taken. stays: whether the step starts there, too."""

    def walk(gradient, start, learning_rate, beta, steps):
        path, v = [start], 0 * start
        for _ in range(steps):
            looked = ahead(path[-1], v, beta)
            v = beta * v - learning_rate * gradient(looked)
            path.append((looked if stays else path[-1]) + v)
        return np.array(path)

    return walk


def _ahead(place, v, beta):
    return place + beta * v


def of_ball(name):
    """Slips of a ball with a velocity. name: of the function that lets it roll."""
    return [
        Slip("velocity forgotten at every step", f"{name}(gradient, start, learning_rate, 0, steps)",
             "That is plain gradient descent: the velocity starts at 0 in every step. Set it to 0 once, "
             "before the loop."),
        Slip("sign flipped", f"{name}(gradient, start, -learning_rate, beta, steps)",
             "The velocity gathers speed uphill. The gradient must push it the other way."),
        *of_path(f"{name}(gradient, start, learning_rate, beta, steps)"),
    ]


BALLS = {
    "cases": [
        {**FROM_4, "start": 4.0, "learning_rate": 0.25, "beta": 0.5, "steps": 3},
        {**IN_BOWL, "learning_rate": 0.1, "beta": 0.8, "steps": 3},
    ],
    "hidden": [
        {**IN_TILTED_BOWL, "learning_rate": 0.1, "beta": 0.9, "steps": 3},
        {"gradient": np.sin, "start": 2.5, "learning_rate": 0.3, "beta": 0.6, "steps": 4},
        {**FROM_4, "learning_rate": 0.2, "beta": 0.5, "steps": 40},
        {
            "gradient": np.sin,
            "start": np.array([0.5, -1.0, 2.0]),
            "learning_rate": 0.3,
            "beta": 0.0,
            "steps": 3,
        },
        {**IN_BOWL, "learning_rate": 0.2, "beta": 0.9, "steps": 1},
        {**FROM_4, "start": np.array([1.5]), "learning_rate": 0.125, "beta": 0.5, "steps": 2},
    ],
}

momentum = Function(
    **BALLS,
    hints=(
        "Two things are remembered from step to step: the place and the velocity. Which changes first?",
        "Before the loop the velocity is 0 * start. In the loop: first v = beta * v - learning_rate * "
        "gradient(theta), then theta = theta + v, then append theta.",
    ),
    slips=[
        *of_ball("momentum"),
        Slip("velocity never fades", "momentum(gradient, start, learning_rate, 1, steps)",
             "Nothing slows this ball down. What is the old velocity multiplied by?"),
        Slip("gradient faded as well", "momentum(gradient, start, beta * learning_rate, beta, steps)",
             "β applies to the old velocity alone. It does not shrink the new push from the gradient."),
        Slip("gradient multiplied by 1 − β",
             "momentum(gradient, start, (1 - beta) * learning_rate, beta, steps)",
             "That is a running average of the gradients. In the formula above, the gradient is not "
             "multiplied by 1 − β."),
        Slip("place moved before the velocity",
             "np.array([start, *momentum(gradient, start, learning_rate, beta, steps)[:-1]])",
             "The place moves with the velocity of the previous step. Update the velocity first."),
        Slip("looks ahead", _rolled(_ahead),
             "That is Nesterov's variant, which comes next. Momentum takes the gradient where the ball is."),
        Slip("velocities instead of places",
             "np.array([0 * start, *np.diff(momentum(gradient, start, learning_rate, beta, steps), axis=0)])",
             "These are the velocities. The path holds the places, beginning with the start."),
        Slip("learning rate left out", "momentum(gradient, start, 1, beta, steps)",
             "The push from the gradient is too strong: it is the learning rate times the gradient."),
    ],
)


def _places_ahead(path, beta):
    return np.array([path[0], *(path[1:] + beta * np.diff(path, axis=0))])


nesterov = Function(
    **BALLS,
    hints=(
        "Only one thing differs from momentum: the place at which the gradient is taken.",
        "Take the gradient at theta + beta * v, with the velocity from the step before. Everything else "
        "stays: v = beta * v - learning_rate * ..., then theta = theta + v.",
    ),
    slips=[
        Slip("no look ahead", "momentum(gradient, start, learning_rate, beta, steps)",
             "That is momentum: the gradient is taken where the ball is. Nesterov takes it where the "
             "velocity is about to carry the ball."),
        Slip("looked ahead by all of v", _rolled(lambda place, v, beta: place + v),
             "You look too far ahead: only the part of the old velocity that is kept carries the ball on."),
        Slip("looked back", _rolled(lambda place, v, beta: place - beta * v),
             "You take the gradient behind the ball. Ahead of it is where the velocity points."),
        Slip("stepped from the place ahead", _rolled(_ahead, stays=True),
             "The look ahead is only for the gradient. The step itself starts from θ, or the velocity "
             "counts twice."),
        Slip("places ahead instead of places",
             "_places_ahead(nesterov(gradient, start, learning_rate, beta, steps), beta)",
             "These are the places where the gradient is taken next. The path holds the places the ball "
             "reaches."),
        *of_ball("nesterov"),
    ],
)
