"""Feedback pages in a real browser: nothing in them runs, loads or leaves, and honest outputs look as they should."""

from __future__ import annotations

import base64
import itertools
import json
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbformat import NotebookNode
from playwright.sync_api import Page, sync_playwright

from suites.jupyter_lab import CHROMIUM, FLAGS
from suites.small_lessons import answer, check, code, question
from tests.conftest import LESSONS, ROOT
from tests.course_here import run_course
from tests.grader.desk.feedback.classes import LESSON, feedback, grade, hand_in, make_course, page_of

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

PAYLOADS: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "payloads.toml").read_text(encoding="utf-8")
)["payload"]
# What axe-core calls a violation that locks somebody out.
GRAVE = ("serious", "critical")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
RIGHT = "def double(x):\n    return 2 * x"
# Before anything of a page runs: what payloads call, and a note of each script that runs at all.
WATCH = "window.marks = []; window.pwned = number => window.marks.push(number);"


class Watched:
    """A page, and what it tried to do."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.told: list[str] = []
        self.dialogs: list[str] = []
        self.visits: list[str] = []
        page.add_init_script(WATCH)
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.told.append(message.text))
        page.on("dialog", self._refuse)
        page.on("framenavigated", lambda frame: self.visits.append(frame.url))

    def _refuse(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def open(self, path: Path) -> None:
        self.page.goto(path.as_uri())
        self.page.wait_for_timeout(500)

    def assert_harmless(self, path: Path) -> None:
        assert self.page.evaluate("window.marks") == []
        assert self.dialogs == []
        assert [url for url in self.requests if not url.startswith("data:")] == [path.as_uri()]
        assert self.visits == [path.as_uri()]
        assert len(self.page.frames) == 1
        # The policy had nothing to stop: what reached it was harmless already.
        assert self.told == []


@contextmanager
def watched(profile: Path, width: int = 1280, scheme: str = "light") -> Iterator[Watched]:
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=CHROMIUM,
            args=list(FLAGS),
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        yield Watched(context.pages[0])
        context.close()


def cell_of(payload: dict[str, Any]) -> NotebookNode:
    """The cell that a student adds to bring a payload into the page."""
    mime, content = payload["mime"], payload["content"] * payload.get("times", 1)
    if mime == "markdown cell":
        return nbformat.v4.new_markdown_cell(content)
    if mime == "raw cell":
        return nbformat.v4.new_raw_cell(content, metadata={"format": "text/html"})
    if mime == "code cell":
        return code(content)
    if mime == "print":
        return code(f"print({content!r})")
    data = json.loads(content) if mime.endswith("+json") else content
    return code(
        f"from IPython.display import display\ndisplay({{{mime!r}: {data!r}}}, raw=True, "
        f"metadata={payload.get('metadata', {})!r})"
    )


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with all payloads in it."""
    course = make_course(
        tmp_path_factory.mktemp("attacked") / "course",
        answer("double", RIGHT),
        check("check_double", "assert double(2) == 4", hidden="assert double(3) == 6"),
        *(question(f"why_{number}") for number, each in enumerate(PAYLOADS) if each["mime"] == "answer"),
    )
    answers = {
        f"why_{number}": each["content"] for number, each in enumerate(PAYLOADS) if each["mime"] == "answer"
    }
    cells = [cell_of(each) for each in PAYLOADS if each["mime"] != "answer"]
    hand_in(course, "eve", *cells, double=RIGHT, **answers)
    path = course / "submitted" / "eve" / LESSON / f"{LESSON}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    bad = "</title><script>pwned(100)</script>"
    notebook["metadata"] = {"title": bad, "kernelspec": {"name": bad, "language": bad, "display_name": bad}}
    notebook["cells"][-1]["id"] = 'x" onclick="pwned(101)'
    path.write_text(json.dumps(notebook), encoding="utf-8")
    grade(course)
    feedback(course)
    return page_of(course, "eve")


def test_there_are_enough_payloads_and_each_reaches_the_page(attacked: Path) -> None:
    assert len(PAYLOADS) >= 60
    assert len({each["name"] for each in PAYLOADS}) == len(PAYLOADS)
    page = attacked.read_text(encoding="utf-8")
    assert page.count('<div class="cell') == len(PAYLOADS) + 2


def test_no_payload_runs_loads_or_leads_away(attacked: Path, tmp_path: Path) -> None:
    with watched(tmp_path / "profile") as here:
        here.open(attacked)
        # A person reads all of it, points at it, and clicks at it.
        for element in here.page.locator(".output, .prose").all():
            element.scroll_into_view_if_needed()
            element.dispatch_event("mouseover")
            element.dispatch_event("click")
        for link in here.page.locator(".notebook a").all():
            link.dispatch_event("click")
        here.page.wait_for_timeout(500)
        here.assert_harmless(attacked)
        assert here.page.title() == f"{LESSON}: feedback for eve"


def test_no_payload_changes_the_rest_of_the_page(attacked: Path, tmp_path: Path) -> None:
    with watched(tmp_path / "profile") as here:
        here.open(attacked)
        score = here.page.locator("header .score")
        assert score.is_visible()
        assert score.inner_text() == "2 of 2 points so far"
        assert (
            here.page.evaluate("getComputedStyle(document.querySelector('.score')).color")
            != "rgba(0, 0, 0, 0)"
        )
        assert here.page.locator(".score").count() == 1
        assert here.page.locator("#top").count() == 1
        # Nothing covers the marks, though one payload would cover everything.
        assert here.page.evaluate(
            "document.elementFromPoint(...(r => [r.x + 5, r.y + 5])(document.querySelector('.score').getBoundingClientRect())).closest('header') !== null"
        )
        cells = here.page.locator(".notebook > .cell")
        assert cells.count() == len(PAYLOADS) + 2
        assert all(cells.evaluate_all("all => all.map(each => each.getBoundingClientRect().height > 0)"))


def test_the_policy_alone_stops_a_script_and_a_request_too(attacked: Path, tmp_path: Path) -> None:
    page = attacked.read_text(encoding="utf-8")
    smuggled = (
        "<script>pwned(1)</script><img src=x onerror=pwned(2)><img src='http://127.0.0.1:9/i'>"
        "<link rel=stylesheet href='http://127.0.0.1:9/s'><iframe src='http://127.0.0.1:9/f'></iframe>"
        "<style>main { background: url(http://127.0.0.1:9/b) }</style><a href='javascript:pwned(3)' id=js>x</a>"
    )
    path = tmp_path / "smuggled.html"
    path.write_text(page.replace('<main id="main" tabindex="-1">', f"<main>{smuggled}"), encoding="utf-8")
    with watched(tmp_path / "profile") as here:
        sent: list[str] = []
        here.page.on("response", lambda response: sent.append(response.url))
        here.open(path)
        here.page.locator("#js").dispatch_event("click")
        here.page.wait_for_timeout(300)
        assert here.page.evaluate("window.marks") == []
        assert here.told  # the policy says what it has stopped
        assert [url for url in sent if not url.startswith("data:")] == [path.as_uri()]


HONEST = {
    "table": "import pandas\ntable = pandas.DataFrame({'x': [1.5, 2.5], 'word': ['one', '<b>two</b>']})\ntable",
    "styler": "table.style.background_gradient(subset='x', cmap='Blues').set_caption('Styled').format(precision=2)",
    "bar": "table[['x']].style.bar(color='#5fba7d')",
    "picture": "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3])\nplt.show()",
    "drawing": "import io\nfrom IPython.display import SVG\nfile = io.BytesIO()\nfig, ax = plt.subplots(figsize=(4, 3))\nax.plot([1, 3], label='up'); ax.set_title('Drawn'); ax.legend()\nfig.savefig(file, format='svg'); plt.close(fig)\nSVG(file.getvalue())",
    "latex": "from IPython.display import Math\nMath(r'\\frac{a}{b} + \\sqrt{c}')",
    "markdown": "from IPython.display import Markdown\nMarkdown('# Title\\n- **one**\\n- $x^2$\\n\\n|a|b|\\n|---|---|\\n|1|2|')",
    "rich": "import rich.jupyter\nfrom rich.table import Table\ntable_ = Table(title='Rich'); table_.add_column('layer'); table_.add_row('[green]dense[/green]')\nimport rich.console\nrich.console.Console(force_jupyter=True).print(table_)",
    "widget": "import ipywidgets\nipywidgets.IntSlider(value=5)",
    "estimator": "from sklearn.linear_model import LinearRegression\nLinearRegression()",
    "colours": "print('\\x1b[31mred\\x1b[0m and \\x1b[1mbold\\x1b[0m')",
    "bar of progress": "print('\\r 10 %\\r100 %')",
    "html": "from IPython.display import HTML\nHTML('<h4>Result</h4><p style=\"color: rgb(0, 128, 0)\">green</p><script>1</script>')",
    "error": "1 / 0",
}


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, NotebookNode]:
    """A page with honest outputs of many kinds, and the notebook as it ran."""
    course = make_course(
        tmp_path_factory.mktemp("honest") / "course",
        answer("double", RIGHT),
        check("check_double", "assert double(2) == 4", hidden="assert double(3) == 6"),
        question("why"),
    )
    hand_in(course, "ada", *map(code, HONEST.values()), double=RIGHT)
    long = "print('\\n'.join(map(str, range(200))))"
    hand_in(course, "bob", code(long), double="def double(x):\n    raise ValueError('x' * 3000)")
    folder = course / "submitted" / "emil" / LESSON
    folder.mkdir(parents=True)
    (folder / f"{LESSON}.ipynb").write_bytes(b"")
    assert run_course("grade", LESSON, cwd=course).returncode == 1
    feedback(course)
    ran = nbformat.read(course / "autograded" / "ada" / LESSON / f"{LESSON}.ipynb", as_version=4)
    return page_of(course, "ada"), ran


def test_honest_outputs_look_as_they_should(honest: tuple[Path, NotebookNode], tmp_path: Path) -> None:
    path, ran = honest
    with watched(tmp_path / "profile") as here:
        here.open(path)
        here.assert_harmless(path)
        page = here.page
        cells = {
            name: page.locator(".notebook > .cell").nth(number + 3) for number, name in enumerate(HONEST)
        }
        graded = dict(zip(HONEST, ran.cells[3:], strict=True))

        rows = (
            cells["table"]
            .locator("tr")
            .evaluate_all("all => all.map(row => [...row.cells].map(cell => cell.innerText))")
        )
        assert rows == [["", "x", "word"], ["0", "1.5", "one"], ["1", "2.5", "<b>two</b>"]]

        colours = (
            cells["styler"]
            .locator("td")
            .evaluate_all("all => all.map(cell => [cell.innerText, getComputedStyle(cell).backgroundColor])")
        )
        wanted = re.findall(
            r"background-color: (#[0-9a-f]{6})", graded["styler"].outputs[0].data["text/html"]
        )
        assert [colours[0][0], colours[2][0]] == ["1.50", "2.50"]
        assert [colours[0][1], colours[2][1]] == [
            f"rgb({', '.join(str(int(each[i : i + 2], 16)) for i in (1, 3, 5))})" for each in wanted
        ]
        assert cells["styler"].locator("caption").inner_text() == "Styled"
        assert "gradient" in cells["bar"].locator("td").nth(1).evaluate(
            "cell => getComputedStyle(cell).backgroundImage"
        )

        shown = cells["picture"].locator("img").get_attribute("src") or ""
        assert base64.b64decode(shown.partition(",")[2]) == base64.b64decode(
            graded["picture"].outputs[0].data["image/png"]
        )
        for name in ("picture", "drawing"):
            assert cells[name].locator("img").evaluate("image => image.complete && image.naturalWidth > 100")

        assert cells["latex"].locator("mfrac, msqrt").count() == 2
        assert cells["markdown"].locator("h3, li, math, td").count() == 6
        assert cells["rich"].locator(".output pre").inner_text().split()[:2] == ["Rich", "┏━━━━━━━┓"]
        assert cells["widget"].locator(".output").inner_text().split("\n\n") == [
            "IntSlider(value=5)", "A widget stood here. It works only in the notebook.",
        ]  # fmt: skip
        assert "LinearRegression" in cells["estimator"].locator(".output").inner_text()
        assert cells["colours"].locator(".ansi-red-fg").inner_text() == "red"
        assert cells["bar of progress"].locator(".output").inner_text().strip() == "100 %"
        assert cells["html"].locator("p").evaluate("each => getComputedStyle(each).color") == "rgb(0, 128, 0)"
        assert "ZeroDivisionError: division by zero" in cells["error"].locator(".output").inner_text()


def test_pages_fit_their_window_and_everybody_can_read_them(
    honest: tuple[Path, NotebookNode],
) -> None:
    pages = [
        honest[0],
        *(honest[0].parents[2] / student / LESSON / honest[0].name for student in ("bob", "emil")),
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for scheme, width, path in itertools.product(SCHEMES, (1280, 390), pages):
            context = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
            )
            page = context.new_page()
            page.goto(path.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") == width, path
            background = page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert (luminance(background) < 0.2) == (scheme == "dark")
            found = Axe().run(page).response["violations"]
            told = [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in GRAVE]
            assert told == [], (path.parent.parent.name, scheme, width)
            context.close()
        browser.close()


def test_a_page_is_read_with_the_keyboard(honest: tuple[Path, NotebookNode], tmp_path: Path) -> None:
    with watched(tmp_path / "profile") as here:
        here.open(honest[0].parents[2] / "bob" / LESSON / honest[0].name)
        page = here.page
        page.keyboard.press("Tab")
        skip = page.locator(":focus")
        assert skip.inner_text() == "Skip to your marks"
        assert skip.bounding_box()["x"] >= 0  # type: ignore[index] # it has one
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        # From the first exercise to what is said of it.
        assert page.locator(":focus").inner_text() == "double"
        page.keyboard.press("Enter")
        assert page.locator("article:target h3").inner_text() == "double"
        # Whatever is long is folded, and opens with the keyboard.
        folded = page.locator("details.long > summary").first
        folded.focus()
        page.keyboard.press("Enter")
        assert page.locator("details.long[open] pre").first.is_visible()


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_formula_of_the_course_is_set(tmp_path: Path) -> None:
    from grader.desk.harmless.prose import prose

    texts = [
        (lesson, cell.source)
        for lesson in LESSONS
        for cell in nbformat.read(ROOT / "notebooks" / lesson / f"{lesson}.ipynb", as_version=4).cells
        if cell.cell_type == "markdown" and "$" in cell.source
    ]
    assert len(texts) > 40
    made = "".join(f"<div>{prose(text, f'c{number}')}</div>" for number, (_, text) in enumerate(texts))
    path = tmp_path / "formulas.html"
    path.write_text(f"<!DOCTYPE html><meta charset=utf-8>{made}", encoding="utf-8")
    with watched(tmp_path / "profile") as here:
        here.open(path)
        assert here.page.locator(".tex").count() == 0  # what was not understood
        sizes = here.page.locator("math").evaluate_all(
            "all => all.map(each => [each.getBoundingClientRect().width, each.getBoundingClientRect().height])"
        )
        assert len(sizes) > 150
        # A font for formulas sets a lone letter in a box of its own height: 8 pixels, and 7 for an arrow.
        assert all(width > 3 and height > 4 for width, height in sizes)
        assert here.page.locator("math merror").count() == 0
        # No dollar sign is left, and each formula is laid out as one.
        assert "$" not in here.page.locator("body").inner_text()
        tall = here.page.locator("math[display=block]:has(mfrac)").evaluate_all(
            "all => all.map(each => each.getBoundingClientRect().height)"
        )
        assert tall
        assert min(tall) > 14  # in a line, a fraction is smaller than a line of text
