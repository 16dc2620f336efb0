"""A training is done once, by a process that no student's code has been in, and nobody can say what came of it."""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from grader.executor.process import Process
from grader.executor.trainings import SendData, Told
from grader.grading import one_pass, trainings
from grader.grading.grade import grade, grade_in
from grader.grading.graded import Graded, Outcome
from grader.grading.known_trainings import KnownTrainings
from grader.grading.setting import Setting
from grader.grading.trainings import Trainings
from grader.limits import Limits
from suites.small_lessons import answer, as_bytes, check, code, handed_in, spec_of

SPEC = spec_of(
    code(
        "import keras\nimport numpy as np\nx = np.random.default_rng(1).random((400, 6))\ny = (x.sum(1) > 3) * 1"
    ),
    answer("model", "pass"),
    check("check_model", "assert model.evaluate(x, y, verbose=0)[1] > 0.4"),
    code("print(history.history, [float(each.sum()) for each in model.get_weights()], np.random.random())"),
)
FIT = "history = model.fit(x, y, epochs=3, verbose=0)"
COMPILE = "model.compile('adam', 'binary_crossentropy', metrics=['accuracy'])"
MODEL = f"""
keras.utils.set_random_seed(3)
model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(1, "sigmoid")])
{COMPILE}
"""
RIGHT = MODEL + FIT
OTHER_WORDS = f"""
keras.utils.set_random_seed(3)
model = keras.models.Sequential(name="mine")
model.add(keras.layers.Dense(8, activation="relu", input_shape=(6,), name="hidden"))
model.add(keras.layers.Dense(units=1, activation=keras.activations.sigmoid))
model.summary()
np.random.random(7)
model.predict(x[:5], verbose=0)
np.random.seed(3)
{COMPILE.replace("'adam'", "keras.optimizers.Adam(learning_rate=0.001)")}
history = model.fit(np.array(x), np.array(y), 32, 3, 0)
"""
# What a student's process has of the grader in its memory, and may change as it likes.
ASKING = "import sys\nasking = sys.modules['grader.judge.training.asking']\n"
POISONS = {
    "other data under the digest of these": ASKING
    + MODEL
    + "true = [asking.described(each) for each in (x, y)]\n"
    + "digests = iter([*map(asking.described, map(np.asarray, asking.variables_of(model))), *true])\n"
    + "model.optimizer.build(model.trainable_variables)\nold = asking.described\n"
    + "asking.described = lambda each: true[0] if each.shape == x.shape else true[1] if each.shape == y.shape else old(each)\n"
    + "history = model.fit(x * 0, y * 0, epochs=3, verbose=0)",
    "other weights under the digest of these": ASKING
    + MODEL
    + "first = asking.described\n"
    + "asking.described = lambda each: first(np.zeros_like(each)) if each.ndim == 2 and each.shape[1] == 8 else first(each)\n"
    + FIT,
    "a result of its own": ASKING
    + MODEL
    + """
import gc
from grader.executor.trainings import Trained, encoder
def says(train, state, ask=None):
    return None
cells = [each for each in gc.get_objects() if type(each).__name__ == "Cells"][0]
forged = Trained((), {"loss": ["0x0p+0"]}, (0,), {}, asking.generator_state(), "")
cells._outputs.send_bytes(encoder.encode(forged), [])
"""
    + FIT,
    "a loss of its own under the name of another": MODEL
    + "import keras.src.losses.losses as losses\nlosses.binary_crossentropy = lambda *_, **__: 0.0\n"
    + FIT,
    "layers that compute something else": MODEL
    + "keras.layers.Dense.call = lambda self, inputs, training=None: keras.ops.zeros((32, self.units)) + self.bias\n"
    + FIT,
}


@pytest.fixture(autouse=True)
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KnownTrainings:
    """Nothing is known when a test begins."""
    kept = KnownTrainings(tmp_path / "trainings")
    monkeypatch.setattr(one_pass, "TRAININGS", Trainings(kept))
    return kept


def graded(model: str, limits: Limits | None = None) -> Graded:
    return grade(as_bytes(handed_in(SPEC, model=model)), SPEC, limits)


def shown(result: Graded) -> str:
    """What the last cell says of the training, and of what is drawn at random after it."""
    (output,) = result.notebook.cells[-1].outputs
    return re.sub(r"/tmp/\S+", "", str(output))


def test_right_answers_in_other_words_train_once(known: KnownTrainings) -> None:
    results = [graded(RIGHT), graded(OTHER_WORDS), graded(RIGHT)]
    assert [result.points for result in results] == [2, 2, 2]
    assert len(known.sizes()) == 1
    assert shown(results[0]) == shown(results[2])
    assert shown(results[0]).partition("]]")[0] == shown(results[1]).partition("]]")[0]


OTHERS = (
    RIGHT.replace("seed(3)", "seed(4)"),
    RIGHT.replace("epochs=3", "epochs=2"),
    RIGHT.replace("x, y, epochs", "x * 2, y, epochs"),
    RIGHT.replace("x, y, epochs", "x, 1 - y, epochs"),
    RIGHT.replace("x, y, epochs", "x.astype('float32'), y, epochs"),
    RIGHT.replace("epochs=3", "epochs=3, batch_size=16"),
    RIGHT.replace("epochs=3", "epochs=3, shuffle=False"),
    RIGHT.replace("'adam'", "keras.optimizers.Adam(0.002)"),
    RIGHT.replace("'binary_crossentropy'", "'mse'"),
    RIGHT.replace('"relu"', '"tanh"'),
    RIGHT.replace(FIT, "keras.random.uniform((2,))\nmodel.train_on_batch(x[:9], y[:9])\n" + FIT),
)


def test_what_differs_in_anything_trains_anew(known: KnownTrainings) -> None:
    cells = [answer(f"model_{number}", "pass") for number, _ in enumerate((RIGHT, *OTHERS))]
    spec = spec_of(code(SPEC.cells[0].source), *cells)
    programs = {f"model_{number}": program for number, program in enumerate((RIGHT, *OTHERS))}
    submission = as_bytes(handed_in(spec, **programs))
    assert len({*programs.values()}) == len(programs)
    result = grade(submission, spec)
    assert result.problem == ""
    outputs = [output for cell in result.notebook.cells for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    assert len(known.sizes()) == len(programs)


@pytest.fixture(scope="module")
def honest() -> str:
    """What an honest notebook shows where nobody else was."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(one_pass, "TRAININGS", Trainings(KnownTrainings(Path(folder))))
        return shown(graded(RIGHT))


@pytest.mark.parametrize("poison", POISONS)
def test_nobody_poisons_what_is_known(poison: str, honest: str) -> None:
    graded(POISONS[poison])
    after = graded(RIGHT)
    assert shown(after) == honest
    assert after.points == 2


@pytest.mark.parametrize(
    "own",
    [
        "keras.config.set_epsilon(0.01)",
        "keras.config.set_floatx('float64')",
        "keras.config.disable_interactive_logging()",
        "step = model.train_step\nmodel.train_step = lambda data: step((data[0], 1 - data[1]))",
        "call = model.layers[0].call\nmodel.layers[0].call = lambda inputs, training=None: 0 * call(inputs)",
    ],
)
def test_what_cannot_be_told_is_trained_where_it_was_asked_for(own: str, known: KnownTrainings) -> None:
    result = graded(RIGHT.replace(FIT, f"{own}\n{FIT}"))
    assert result.problem == ""
    assert not [output for output in result.notebook.cells[1].outputs if output.output_type == "error"]
    assert known.sizes() == []


def test_a_training_without_end_is_stopped_as_ever(known: KnownTrainings) -> None:
    result = graded(MODEL + "history = model.fit(x, y, epochs=10**9, verbose=0)", Limits(cell_seconds=4))
    assert [cell.outcome for cell in result.cells] == [Outcome.TIMED_OUT]
    assert result.problem == "A cell took longer than 4 s."
    assert "KeyboardInterrupt" in str(result.notebook.cells[1].outputs)
    assert known.sizes() == []


def test_a_known_training_that_took_too_long_is_stopped_as_well() -> None:
    long = RIGHT.replace("epochs=3", "epochs=150")
    assert graded(long).problem == ""
    assert graded(long, Limits(cell_seconds=0.9)).problem == "A cell took longer than 0.9 s."


def test_what_is_remembered_can_be_verified(known: KnownTrainings) -> None:
    submission = as_bytes(handed_in(SPEC, model=RIGHT))
    verifying = Setting(Limits(), SPEC.modules, verified_share=1.0)
    first = grade(submission, SPEC)
    again = grade_in(verifying, submission, SPEC)
    assert again.findings == first.findings
    assert again.remembered_seconds == 0
    # As if somebody who owns this machine had changed a weight.
    (path,) = known.folder.iterdir()
    found = known.get(path.name)
    assert found is not None
    trained, arrays = found
    changed = [bytearray(each) for each in arrays]
    changed[0][3] ^= 1
    known.put(path.name, trained, changed)
    verified = grade_in(verifying, submission, SPEC)
    assert shown(verified) == shown(first)
    (finding,) = verified.findings
    assert finding.startswith("A training that was remembered gave other numbers when it was done again")
    assert known.sizes() == []


def test_many_networks_of_one_submission_put_out_nobody_elses(
    known: KnownTrainings, monkeypatch: pytest.MonkeyPatch
) -> None:
    graded(RIGHT)
    (size,) = known.sizes()
    monkeypatch.setattr(trainings, "MOST_OF_A_SUBMISSION", size)
    many = "for seed in range(4):\n" + "".join(
        f"    {line}\n" for line in RIGHT.strip().replace("seed(3)", "seed(10 + seed)").splitlines()
    )
    assert graded(many).points == 2
    assert len(known.sizes()) <= 3


REMEMBERS = "seen = []\ndef double(x):\n    global seen\n    seen = [*seen, x]\n    return 2 * x"
PLAIN = "def double(x):\n    return 2 * x"


@pytest.mark.parametrize(("double", "kept"), [(PLAIN, 1), (REMEMBERS, 0)])
def test_what_is_asked_for_after_a_hidden_test_is_not_kept(
    double: str, kept: int, known: KnownTrainings
) -> None:
    """Else later processes could tell from their waiting which trainings it has asked for."""
    spec = spec_of(
        *(code(SPEC.cells[0].source), answer("double", "pass")),
        check("check_double", "assert double(2) == 4", hidden="assert double(3) == 6"),
        *(answer("model", "pass"), check("check_model", "assert len(history.epoch) == 3")),
    )
    submission = as_bytes(handed_in(spec, double=double, model=RIGHT))
    assert grade(submission, spec).points == 4
    assert len(known.sizes()) == kept


def test_a_process_that_never_sends_its_data_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    stalls = """
import sys, time
side = sys.modules["grader.judge.student_side"]
ask = side._ask
def stall(cells, message, arrays):
    if type(message).__name__ == "Data":
        time.sleep(1000)
    return ask(cells, message, arrays)
side._ask = stall
"""
    send, is_asked = trainings._send, threading.Event()

    def sends(student: Process, message: Told, arrays: Sequence[Any] = ()) -> None:
        send(student, message, arrays)
        if isinstance(message, SendData):
            is_asked.set()

    monkeypatch.setattr(trainings, "_send", sends)
    with ThreadPoolExecutor(max_workers=1) as others:
        stalled = others.submit(graded, stalls + RIGHT, Limits(cell_seconds=24))
        assert is_asked.wait(24)
        result = graded(RIGHT)
        assert not stalled.done()
    assert (result.points, result.problem) == (2, "")
    assert stalled.result().problem == "A cell took longer than 24 s."


def test_a_training_that_does_not_end_keeps_others_waiting_for_half_their_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    train, has_begun, may_end = trainings._trained, threading.Event(), threading.Event()

    def trained(*asked: Any) -> Any:
        if not has_begun.is_set():
            has_begun.set()
            may_end.wait()
        return train(*asked)

    monkeypatch.setattr(trainings, "_trained", trained)
    with ThreadPoolExecutor(max_workers=1) as others:
        first = others.submit(graded, RIGHT)
        assert has_begun.wait(60)
        try:
            result = graded(OTHER_WORDS, Limits(cell_seconds=24))
        finally:
            may_end.set()
    assert (result.points, result.problem) == (2, "")
    assert first.result().points == 2


def test_an_error_of_the_training_is_the_students_own() -> None:
    result = graded(MODEL + "history = model.fit(x[:, :3], y, epochs=3, verbose=0)")
    (error,) = [output for output in result.notebook.cells[1].outputs if output.output_type == "error"]
    assert error.ename == "ValueError"
    assert "expected axis -1 of input shape to have value 6" in error.evalue


def test_more_data_than_a_training_has_cost_the_others_nothing() -> None:
    floods = (
        ASKING
        + RIGHT
        + "\nreal = asking.Train"
        + "\nasking.Train = lambda **told: real(**{**told, 'data': told['data'] * 15_000})\n"
        + FIT
    )
    open_before = len(list(Path("/proc/self/fd").iterdir()))
    graded(floods)
    assert len(list(Path("/proc/self/fd").iterdir())) <= open_before + len(("x", "y"))
    assert graded(RIGHT).points == 2


def test_what_is_larger_than_a_submissions_share_is_not_kept(known: KnownTrainings) -> None:
    large = MODEL.replace("Dense(8,", "Dense(2**21,").replace("'adam'", "'sgd'") + FIT.replace("3", "1")
    assert graded(large).points == 2
    assert known.sizes() == []
