"""Which share of a training `live_history()` takes, in a notebook's kernel.

python -m benchmarks.live_history_share [--pairs N] [LESSON ...]

The trainings of lessons 05 and 06, each without and with the callback in turns, in one kernel. The share is
what the callback's own calls take, with pictures and messages; beside it is how much longer the training took
with it, in CPU seconds, where a busy machine adds its noise. Exits with 1 when a share is above 3%, or when a
training gave other numbers with the callback.
"""

from __future__ import annotations

import json
import statistics

import nbformat
from nbclient import NotebookClient
from rich.console import Console
from rich.table import Table

from benchmarks.options import parser_of

LIMIT_SHARE = 0.03
CELL_SECONDS = 1200
SET_UP = """
import json, os, time
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
from helpers import live_history, load_fashion_mnist
spent = 0.0
def timed(method):
    def run(self, *arguments):
        global spent
        started = time.perf_counter()
        try:
            return method(self, *arguments)
        finally:
            spent += time.perf_counter() - started
    return run
def live():
    callback = live_history()
    kind = type(callback)
    for name in ("set_params", "on_train_begin", "on_epoch_end", "on_train_end"):
        setattr(kind, name, timed(getattr(kind, name)))
    return callback
def train(callbacks):
    global spent
    spent = 0.0
    keras.utils.set_random_seed(1)
    model = new_model()
    wall, cpu = time.perf_counter(), time.process_time()
    history = model.fit(*data, verbose=0, callbacks=callbacks, **options).history
    return history, time.perf_counter() - wall, time.process_time() - cpu, spent
"""
MODEL = """
def new_model():
    model = keras.Sequential([
        {first}
        keras.layers.Dense({hidden}, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ])
    model.compile(optimizer="adam", loss="{loss}", metrics=["accuracy"])
    return model
"""
LESSONS = {
    "05_fashion_mnist": MODEL.format(
        first="keras.Input(shape=(28, 28)), keras.layers.Flatten(),",
        hidden=128,
        loss="sparse_categorical_crossentropy",
    )
    + "(images, labels), _ = load_fashion_mnist()\ndata = images / 255.0, labels\noptions = {'epochs': 10}",
    "06_digits": MODEL.format(first="keras.Input(shape=(64,)),", hidden=64, loss="categorical_crossentropy")
    + """
from sklearn.datasets import load_digits
digits = load_digits()
data = digits.data[:1437], keras.utils.to_categorical(digits.target[:1437], 10)
options = {'epochs': 10, 'batch_size': 32, 'validation_split': 0.2}
""",
}
PAIR = """
pair = train([]), train([live()])
print(json.dumps([pair[0][0] == pair[1][0], *pair[0][1:3], *pair[1][1:]]))
"""


def main() -> None:
    """Time pairs of trainings of each lesson."""
    parser = parser_of(__doc__)
    parser.add_argument("lessons", nargs="*", metavar="LESSON", choices=[*LESSONS, []])
    parser.add_argument("--pairs", type=int, default=3)
    options = parser.parse_args()
    table = Table("training of", "seconds", "drawing", "longer (CPU)", "same numbers")
    failed = False
    for lesson in options.lessons or LESSONS:
        pairs = _pairs(lesson, options.pairs)
        share = statistics.median(spent / wall for *_, wall, _, spent in pairs)
        longer = statistics.median(cpu_with / cpu - 1 for _, _, cpu, _, cpu_with, _ in pairs)
        same = all(equal for equal, *_ in pairs)
        seconds = statistics.median(wall for *_, wall, _, _ in pairs)
        table.add_row(lesson, f"{seconds:.1f}", f"{share:.2%}", f"{longer:+.1%}", "yes" if same else "no")
        failed = failed or share > LIMIT_SHARE or not same
    Console().print(table)
    raise SystemExit(1 if failed else 0)


def _pairs(lesson: str, count: int) -> list[list[float]]:
    """Run pairs of trainings in a new kernel; what each has printed."""
    # The first training of a process takes longer than all others.
    sources = [SET_UP + LESSONS[lesson] + "\nwarm = options['epochs']; options['epochs'] = 1; _ = train([])"]
    sources += ["options['epochs'] = warm", *[PAIR] * count]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    NotebookClient(notebook, kernel_name="python3", timeout=CELL_SECONDS).execute()
    printed = [
        "".join(output.text for output in cell.outputs if output.get("name") == "stdout")
        for cell in notebook.cells[2:]
    ]
    return [json.loads(line) for line in printed]


if __name__ == "__main__":
    main()
