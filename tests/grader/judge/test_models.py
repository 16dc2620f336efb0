"""Keras models, which the judge makes anew and asks by itself, also those that have not seen any data yet."""

from __future__ import annotations

import pytest

from grader.grading.grade import grade
from grader.grading.graded import CellMarks
from grader.grading.spec import read_spec
from suites.small_lessons import answer, as_bytes, check, code, handed_in, notebook, spec_of

SETUP = "import keras\nimport numpy as np\nimport tensorflow as tf\nimages = np.random.default_rng(0).random((5, 4), dtype=np.float32)"
LAYERS = "keras.layers.Dense(3, 'relu'), keras.layers.Dense(2, 'softmax')"
OWN_CLASS = f"""
class Network(keras.Model):
    def __init__(self):
        super().__init__()
        self.first, self.second = {LAYERS}

    def call(self, images):
        return self.second(self.first(images))

model = Network()
"""
COMPILED = "model.compile('adam', 'categorical_crossentropy', metrics=['accuracy'])"
# Asked in this order, as a student would: predict first builds the model.
ASKS = """
before = model.predict(images, verbose=0)
first, bias, second, other = model.get_weights()
hidden = np.maximum(images @ first + bias, 0)
scores = np.exp(hidden @ second + other)
assert np.allclose(before, scores / scores.sum(axis=1, keepdims=True), atol=1e-5)
assert model.evaluate(images, np.eye(2)[[0, 1, 0, 1, 0]], verbose=0, return_dict=True)["loss"] > 0
assert np.allclose(model(images), before, atol=1e-6)
assert np.allclose(theirs(), before, atol=1e-5)
"""
# The model of the student's process has the same weights from then on.
THEIRS = "def theirs():\n    return np.asarray(model(images))"

MODELS = {
    "layers without a shape": f"model = keras.Sequential([{LAYERS}])\n{COMPILED}",
    "layers with a shape": f"model = keras.Sequential([keras.Input((4,)), {LAYERS}])\n{COMPILED}",
    "a class of its own": OWN_CLASS + COMPILED,
    "a class of its own that has seen data": f"{OWN_CLASS}{COMPILED}\nmodel(images)",
    "TensorFlow's functions": OWN_CLASS.replace("'relu'", "tf.nn.relu")
    .replace("'softmax'", "activation=tf.nn.softmax")
    .replace("self.first(images)", "self.first(tf.reshape(tf.cast(images, tf.float32), (-1, 4)))")
    + COMPILED,
    "TensorFlow's activations": f"model = keras.Sequential([{LAYERS}])\n{COMPILED}".replace(
        "'relu'", "tf.nn.relu"
    ),
    "functions of its own as activations": f"model = keras.Sequential([{LAYERS}])\n{COMPILED}".replace(
        "'relu'", "lambda z: keras.ops.maximum(z, 0)"
    ).replace("'softmax'", "activation=keras.ops.softmax"),
    "functions of its own as layers": "model = keras.Sequential([keras.Input((4,)), "
    "keras.layers.Lambda(lambda x: x / 2), keras.layers.Lambda(lambda x: keras.ops.reshape(x, (-1, 2, 2))), "
    "keras.layers.Flatten(), keras.layers.Lambda(lambda x: 2 * x), "
    f"keras.layers.Dense(3), keras.layers.Lambda(tf.nn.relu), keras.layers.Dense(2, 'softmax')])\n{COMPILED}",
    "a graph": f"one, two = {LAYERS}\ninputs = keras.Input((4,))\nmodel = keras.Model(inputs, two(one(inputs)))\n{COMPILED}",
}
ACTIVATED = "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, 'relu'), keras.layers.Dense(2), keras.layers.Softmax()])"
LAMBDA = """
import json
told = json.loads(model.to_json())
function = {"module": "builtins", "class_name": "function", "config": "softmax"}
told["config"]["layers"][-1].update(module="keras", class_name="layers.Lambda", config={"function": function})
model.to_json = lambda: json.dumps(told)
"""
FAILING = {
    "an activation like no other": f"model = keras.Sequential([{LAYERS}])\n{COMPILED}".replace(
        "'relu'", "lambda z: keras.ops.maximum(z, 0) + keras.ops.where(z > 100, 1, 0) * z / 2 + 1e-3"
    ),
    "activations left out": f"model = keras.Sequential([keras.layers.Dense(3), keras.layers.Dense(2)])\n{COMPILED}",
    "a function like no layer": "model = keras.Sequential([keras.Input((4,)), "
    f"keras.layers.Lambda(lambda x: x + 0.01 * x ** 2), {LAYERS}])\n{COMPILED}",
    "a loss of its own under the name of one of Keras'": "def mean_squared_error(true, seen):\n    return 0.0 * seen\n"
    f"model = keras.Sequential([{LAYERS}])\n{COMPILED}".replace(
        "'categorical_crossentropy'", "mean_squared_error"
    ),
    "never compiled": f"model = keras.Sequential([{LAYERS}])",
    "a layer of its own": "class Liar(keras.layers.Dense):\n    pass\n"
    f"model = keras.Sequential([Liar(3, 'relu'), Liar(2, 'softmax')])\n{COMPILED}",
    "a layer that runs a function, under another path": ACTIVATED + LAMBDA + COMPILED,
    "other weights when it is built": f"{OWN_CLASS}{COMPILED}\nmodel.call = lambda images: 1 / 0",
    "more weights than are handed over": "model = keras.Sequential([keras.layers.Dense(2**25), keras.layers.Dense(2)])\n"
    + COMPILED,
}


@pytest.fixture(scope="module")
def graded() -> dict[str, CellMarks]:
    lesson, handed_in = [code(SETUP)], [code(SETUP)]
    solution = f"{MODELS['layers with a shape']}\n{THEIRS}"
    for number, source in enumerate((*MODELS.values(), *FAILING.values())):
        checked = check(f"c{number}", ASKS, points=1)
        lesson += [answer(f"a{number}", solution), checked]
        handed_in += [answer(f"a{number}", f"{source}\n{THEIRS}"), checked]
    result = grade(as_bytes(notebook(*handed_in)), read_spec(as_bytes(notebook(*lesson))))
    assert result.findings == ()
    return dict(zip((*MODELS, *FAILING), result.cells, strict=True))


@pytest.mark.parametrize("name", MODELS)
def test_a_model_answers_with_the_judge_as_it_does_in_the_notebook(
    name: str, graded: dict[str, CellMarks]
) -> None:
    assert graded[name].points == 1, graded[name].message


@pytest.mark.parametrize("name", FAILING)
def test_a_model_that_is_wrong_or_lies_costs_its_own_exercise(
    name: str, graded: dict[str, CellMarks]
) -> None:
    assert graded[name].points == 0


OF_IMAGES = "keras.Sequential([keras.Input((4,)), {}])"
PLAIN = OF_IMAGES.format(LAYERS)
# What a student may write that changes none of the numbers that the network gives now.
PARTS = """
def own_loss(true, seen):
    return keras.ops.mean((true - seen) ** 2, axis=-1) + 1

class OwnLoss(keras.losses.Loss):
    def call(self, true, seen):
        return own_loss(true, seen)

def own_metric(true, seen):
    return keras.ops.mean(seen)

class OwnAdam(keras.optimizers.Adam):
    pass

class OwnRate(keras.optimizers.schedules.LearningRateSchedule):
    def __call__(self, step):
        return 0.01

class OwnStart(keras.initializers.Initializer):
    def __call__(self, shape, dtype=None):
        return keras.ops.ones(shape, dtype)

def own_penalty(weights):
    return 0.1 * keras.ops.sum(weights**2)

class Steps(keras.Model):
    def train_step(self, data):
        return super().train_step(data)

def graph(kind):
    inputs = keras.Input((4,))
    return kind(inputs, keras.layers.Dense(2, "softmax")(keras.layers.Dense(3, "relu")(inputs)))
"""


def compiled(
    model: str, optimizer: str = "'adam'", loss: str = "'mse'", metrics: str = "['accuracy']"
) -> str:
    return f"model = {model}\nmodel.compile({optimizer}, {loss}, metrics={metrics})\n"


NORMALISED = "normal = keras.layers.Normalization({})\nnormal.adapt(3 + 50 * images)\n"
HANDED_OVER = {
    "a loss function": compiled(PLAIN, loss="own_loss"),
    "a class of losses": compiled(PLAIN, loss="OwnLoss()"),
    "a metric": compiled(PLAIN, metrics="[own_metric, 'accuracy']"),
    "a class of optimizers": compiled(PLAIN, "OwnAdam(0.01)"),
    "a schedule": compiled(PLAIN, "keras.optimizers.Adam(OwnRate())"),
    "first weights": compiled(
        OF_IMAGES.format("keras.layers.Dense(3, 'relu', kernel_initializer=OwnStart()), keras.layers.Dense(2)")
    ),
    "a function for first weights": compiled(
        OF_IMAGES.format("keras.layers.Dense(2, kernel_initializer=lambda shape, dtype=None: keras.ops.ones(shape))")
    ),
    "a regularizer and a constraint": compiled(
        OF_IMAGES.format("keras.layers.Dense(2, kernel_regularizer=own_penalty, kernel_constraint=abs)")
    ),
    "a training step in a graph": compiled("graph(Steps)"),
    "an activation with a setting": "import functools\n"
    + compiled(
        OF_IMAGES.format("keras.layers.Dense(2, functools.partial(keras.activations.relu, max_value=6))")
    ),
    "columns normalised": NORMALISED.format("") + compiled(OF_IMAGES.format("normal, keras.layers.Dense(2)")),
    "sorted into bins": "bins = keras.layers.Discretization(num_bins=3)\nbins.adapt(images)\n"
    + compiled(OF_IMAGES.format("bins, keras.layers.Rescaling(1.0), keras.layers.Dense(2)")),
    "all normalised alike, then trained": NORMALISED.format("axis=None")
    + compiled(OF_IMAGES.format("normal, keras.layers.Dense(2)"))
    + "model.fit(images, np.eye(2)[[0, 1, 0, 1, 0]], epochs=2, verbose=0, callbacks=[keras.callbacks.Callback()])",
}  # fmt: skip


@pytest.fixture(scope="module")
def handed_over() -> dict[str, CellMarks]:
    compare = "assert np.allclose(model.predict(images, verbose=0), theirs(), atol=1e-5)\n"
    compare += (
        "assert model.optimizer.name and np.isclose(float(model.optimizer.learning_rate), their_rate())"
    )
    theirs = f"{THEIRS}\ndef their_rate():\n    return float(model.optimizer.learning_rate)"
    lesson, cells = [code(SETUP)], [code(SETUP)]
    for number, source in enumerate(HANDED_OVER.values()):
        checked = check(f"c{number}", compare, points=1)
        lesson += [answer(f"a{number}", f"{compiled(PLAIN)}\n{theirs}"), checked]
        cells += [answer(f"a{number}", f"{PARTS}\n{source}\n{theirs}"), checked]
    result = grade(as_bytes(notebook(*cells)), read_spec(as_bytes(notebook(*lesson))))
    return dict(zip(HANDED_OVER, result.cells, strict=True))


@pytest.mark.parametrize("name", HANDED_OVER)
def test_what_trains_a_network_may_be_of_its_own(name: str, handed_over: dict[str, CellMarks]) -> None:
    assert handed_over[name].points == 1, handed_over[name].message


@pytest.mark.parametrize(("optimizer", "points"), [("keras.optimizers.Adam()", 2), ("shared", 0)])
def test_models_that_share_an_optimizer_are_told_apart_from_those_that_do_not(
    optimizer: str, points: float
) -> None:
    source = f"""
shared = keras.optimizers.Adam()
def build():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(optimizer={optimizer}, loss="mse")
    return model
"""
    test = "from helpers.kit.models import are_one\nassert not are_one(build().optimizer, build().optimizer)"
    spec = spec_of(code("import keras"), answer("build", source), check("check_build", test))
    assert grade(as_bytes(handed_in(spec, build=source)), spec).points == points
