"""The lessons' explorers without a kernel: what each position of their sliders shows, drawn beforehand."""

from __future__ import annotations

import contextlib
import hashlib
import html
import io
import itertools
import json
import re
import shutil
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

import helpers
from grader.atomic import write_bytes, write_text
from grader.authoring.book.pages import picture_html
from grader.authoring.running import LessonShell, cells_of

FOLDER = "explorers"
DOTS_PER_INCH = 100


@dataclass(frozen=True)
class Slider:
    """What a reader can set. values: those that are drawn, and the one to begin with."""

    label: str
    values: Sequence[float]
    first: float


@dataclass(frozen=True)
class Explorer:
    """One explorer. show: prints a line and draws a figure, for a value of each slider.

    lesson_names: names of the lesson that show takes after them.
    """

    module: str
    show: str
    sliders: Sequence[Slider]
    lesson_names: Sequence[str] = ()


# By the function that a lesson calls to show it.
EXPLORERS = {
    "explore_learning_rate": Explorer(
        "helpers.lessons.gradient_descent.explorer",
        "show_learning_rate",
        [Slider("Learning rate", [thousandths / 1000 for thousandths in range(1, 46, 2)], 0.005)],
        ("gradient_descent", "loss", "gradient"),
    ),
    "step_through_backpropagation": Explorer(
        "helpers.lessons.backpropagation.stepper", "show_step", [Slider("Step", range(1, 23), 1)]
    ),
    "explore_epochs_and_capacity": Explorer(
        "helpers.lessons.digits.explorer",
        "show_epochs_and_capacity",
        [
            Slider("Hidden neurons", (2, 8, 32, 64, 256), 64),
            Slider("Epochs", (1, 2, 3, 5, 10, 15, 20, 30, 40), 10),
        ],
    ),
}
CALL = re.compile(rf"^(?:\w+ = )?({'|'.join(EXPLORERS)})\(", re.MULTILINE)


@dataclass(frozen=True)
class Frame:
    """What one position of the sliders shows: a file with the picture, its alt text, and the line below."""

    file: str
    alt: str
    says: str


@dataclass(frozen=True)
class Drawn:
    """An explorer's frames, in the order of its sliders' values, the last slider changing fastest."""

    name: str
    frames: Sequence[Frame]
    pictures: dict[str, bytes]


def explorer_in(source: str) -> str | None:
    """The explorer that a code cell shows, if it shows one."""
    found = CALL.search(source)
    return found[1] if found else None


def drawn(
    name: str, instructors: NotebookNode, kept: Path, on_frame: Callable[[int, int], object] = lambda *_: None
) -> Drawn:
    """Draw an explorer's frames, or take those kept from an earlier time if nothing changed since.

    instructors: the notebook that shows it, whose cells run where the explorer needs their names. kept: a
    folder for frames. on_frame: called with the number of frames drawn and of all frames. Raises CourseError.
    """
    folder = kept / name
    digest = _digest(name, instructors)
    listed = folder / "frames.json"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        record = json.loads(listed.read_text(encoding="utf-8"))
        if record["made_from"] == digest:
            frames = [Frame(**frame) for frame in record["frames"]]
            return Drawn(name, frames, {frame.file: (kept / frame.file).read_bytes() for frame in frames})
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    made = _draw(name, instructors, on_frame)
    for file, content in made.pictures.items():
        write_bytes(kept / file, content)
    write_text(listed, json.dumps({"made_from": digest, "frames": [asdict(frame) for frame in made.frames]}))
    return made


def explorer_html(made: Drawn) -> str:
    """An explorer on a page. Without scripts it shows the first choice."""
    sliders = EXPLORERS[made.name].sliders
    first = 0
    for slider in sliders:
        first = first * len(slider.values) + list(slider.values).index(slider.first)
    frames = [{**asdict(frame), "file": f"{FOLDER}/{frame.file}"} for frame in made.frames]
    values = [[f"{value:g}" for value in slider.values] for slider in sliders]
    # "<" would end the element if it came with "/script>".
    data = json.dumps({"values": values, "frames": frames}, ensure_ascii=False).replace("<", "\\u003c")
    controls = "".join(_control(made.name, number, slider) for number, slider in enumerate(sliders))
    frame = made.frames[first]
    picture = picture_html(f"{FOLDER}/{frame.file}", made.pictures[frame.file], frame.alt)
    return (
        f'<div class="explorer"><div class="controls" hidden>{controls}</div>'
        f'{picture}<p class="says" aria-live="polite">{html.escape(frame.says)}</p>'
        f'<script type="application/json">{data}</script></div>'
    )


def _control(name: str, number: int, slider: Slider) -> str:
    value = list(slider.values).index(slider.first)
    key = f"{name}-{number}"
    return (
        f'<label for="{key}">{html.escape(slider.label)}</label>'
        f'<input type="range" id="{key}" min="0" max="{len(slider.values) - 1}" value="{value}"'
        f' aria-valuetext="{slider.first:g}"><output for="{key}">{slider.first:g}</output>'
    )


def _draw(name: str, instructors: NotebookNode, on_frame: Callable[[int, int], object]) -> Drawn:
    import matplotlib

    # No window opens, whatever this machine has.
    matplotlib.use("agg")
    explorer = EXPLORERS[name]
    show = getattr(import_module(explorer.module), explorer.show)
    names = _lesson_names(name, instructors) if explorer.lesson_names else {}
    given = [names[each] for each in explorer.lesson_names]
    choices = list(itertools.product(*(slider.values for slider in explorer.sliders)))
    frames, pictures = [], {}
    for number, choice in enumerate(choices):
        on_frame(number, len(choices))
        says, alt, content = _shown(show, *choice, *given)
        file = f"{name}/{number:03}.png"
        frames.append(Frame(file, alt, says))
        pictures[file] = content
    on_frame(len(choices), len(choices))
    return Drawn(name, frames, pictures)


def _lesson_names(name: str, instructors: NotebookNode) -> dict[str, Any]:
    """The names that a lesson has made by the time it shows an explorer."""
    shell = LessonShell()
    for cell in cells_of(instructors):
        if explorer_in(cell.source) == name:
            break
        shell.run(cell, f"drawing {name}")
    return shell.names


def _shown(show: Callable[..., None], *arguments: Any) -> tuple[str, str, bytes]:
    """What a function prints, the alt text of the figure that it draws, and the figure as a PNG."""
    from matplotlib import pyplot as plt

    from helpers.quick_drawing import measured_once

    printed, picture = io.StringIO(), io.BytesIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings(action="ignore"), measured_once():
        show(*arguments)
        figure = plt.gcf()
        # Not cut to what is on it: the frames of an explorer have one size.
        figure.savefig(picture, format="png", dpi=DOTS_PER_INCH)
    plt.close("all")
    return printed.getvalue().strip(), str(figure.get_label()), picture.getvalue()


def _digest(name: str, instructors: NotebookNode) -> str:
    """What an explorer's frames depend on: the helpers, this module, the lesson's code, and Matplotlib."""
    import matplotlib

    digest = hashlib.sha256(matplotlib.__version__.encode())
    for path in (Path(__file__), *sorted(Path(helpers.__file__).parent.rglob("*.py"))):
        digest.update(path.read_bytes())
    if EXPLORERS[name].lesson_names:
        digest.update("\n".join(cell.source for cell in cells_of(instructors)).encode())
    return digest.hexdigest()
