"""The book: every lesson, its pictures and its links; nothing that gives marks away; and only what changed is written."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urldefrag

import nbformat
import pytest

from grader.authoring.book.explorers import EXPLORERS, explorer_in
from grader.authoring.book.making import draw_explorers, make_book
from grader.authoring.book.pages import Pages, add_page
from grader.authoring.book.site import refuse_without_sphinx
from grader.authoring.bundle import student_files, zipped
from grader.authoring.pages import release_pages
from grader.authoring.publish import publish
from grader.classroom.course import Course
from grader.errors import CourseError
from suites.small_lessons import answer, check, code, notebook
from tests.book_site import Elements, article, code_blocks
from tests.conftest import LESSONS, ROOT
from tests.course_here import run_course
from tests.grader.authoring.student_course import (
    add_what_students_need,
    answers,
    code_lines,
    shown,
    slips,
    solutions,
)
from tests.grader.test_release import SECRET_BLOCK, secret_lines

PAGES = ["index", "start", *LESSONS, "glossary"]
WORD = re.compile(r"[A-Za-z_]{7,}")


def instructors(lesson: str) -> nbformat.NotebookNode:
    return nbformat.read(ROOT / "source" / lesson / f"{lesson}.ipynb", as_version=4)


def page(book: Path, name: str) -> str:
    return (book / f"{name}.html").read_text(encoding="utf-8")


def own_outputs(lesson: str) -> list[nbformat.NotebookNode]:
    """What the cells give that are neither answers nor checks nor explorers."""
    cells = [cell for cell in instructors(lesson).cells if cell.cell_type == "code"]
    own = [cell for cell in cells if "nbgrader" not in cell.metadata and not explorer_in(cell.source)]
    return [output for cell in own for output in cell.outputs]


def test_it_is_the_pages_and_what_they_need_and_nothing_else(book: Path) -> None:
    names = {path.name for path in book.iterdir()}
    assert names == {
        *(f"{name}.html" for name in (*PAGES, "search")),
        *("_static", "pictures", "explorers", "searchindex.js", "training-neural-networks.zip"),
        *(".nojekyll", ".published.json"),
    }
    files = [path for path in book.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 15e6
    assert not [path for path in files if path.suffix in (".ipynb", ".md", ".py", ".pickle", ".doctree")]


@pytest.fixture(scope="module")
def public() -> str:
    """All that students get to read: some lines of solutions are given in a later lesson."""
    cells = [
        cell
        for path in (ROOT / "notebooks").rglob("*.ipynb")
        for cell in nbformat.read(path, as_version=4).cells
    ]
    return "\n".join([*(cell.source for cell in cells), (ROOT / "student" / "START.md").read_text("utf-8")])


@pytest.fixture(scope="module")
def texts(book: Path) -> dict[str, str]:
    """What the site's own files say, by path: pages as they are read, and as they are written."""
    paths = [path for path in book.rglob("*") if path.suffix in (".html", ".js", ".json")]
    written = {path.name: path.read_text(encoding="utf-8") for path in paths if "_static" not in path.parts}
    read = {f"{name}, read": Elements(text).text for name, text in written.items() if name.endswith(".html")}
    return written | read


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_file_of_it_has_a_solution_a_slip_an_answer_or_a_hidden_case(
    lesson: str, texts: dict[str, str], public: str
) -> None:
    folder = ROOT / "source" / lesson
    raw = {line for line in secret_lines(folder / f"{lesson}.ipynb") if len(line) > 25 and line not in public}
    assert raw
    assert [(name, line) for name, text in texts.items() for line in raw if line in text] == []
    secret, whole = {*solutions(folder), *slips(folder)}, set(answers(folder))
    assert whole
    lines = [line for block in code_blocks(texts[f"{lesson}.html"]) for line in code_lines(block)]
    assert len(lines) > 10
    told = [line for line in secret if any(line in each for each in lines)]
    assert [line for line in told if not any(line in each for each in shown(folder))] == []
    assert [each for each in whole if each in " ".join(lines)] == []


def test_what_is_looked_for_would_be_found(book: Path) -> None:
    """A page with a solution on it, as this page would show it."""
    text = page(book, "02_loss_function")
    solution = "return np.mean((y_true - y_pred) ** 2)"
    assert solution in {*solutions(ROOT / "source" / "02_loss_function")}
    spoilt = text.replace(
        "<pre>", "<pre>return np.mean((y_true <span>-</span> y_pred)<b>**</b>2)</pre><pre>", 1
    )
    assert solution in [line for block in code_blocks(spoilt) for line in code_lines(block)]


def test_the_index_of_the_search_knows_no_word_that_only_solutions_have(
    texts: dict[str, str], public: str
) -> None:
    given = public + "".join(json.dumps(own_outputs(lesson)) for lesson in LESSONS)
    known = {word.lower() for word in WORD.findall(given)}
    cells = [cell for lesson in LESSONS for cell in instructors(lesson).cells]
    blocks = [block for cell in cells for block in SECRET_BLOCK.findall(cell.source)]
    secret = {word.lower() for block in blocks for word in WORD.findall(block)} - known
    assert len(secret) > 10
    indexed = set(re.findall(r"\w+", texts["searchindex.js"]))
    assert "momentum" in indexed
    assert secret & indexed == set()


@pytest.mark.parametrize("lesson", LESSONS)
def test_pictures_are_the_executed_ones_with_their_alt_texts(lesson: str, book: Path) -> None:
    wanted = [
        output.metadata["image/png"]["alt"]
        for output in own_outputs(lesson)
        if "image/png" in output.get("data", {})
    ]
    found = Elements(article(page(book, lesson)))
    assert [alt for alt in found.values("img", "alt") if alt in wanted] == wanted
    assert all(found.values("img", "alt"))
    assert len(found.values("img", "alt")) == len(found.values("img", "src"))


def test_what_is_said_of_a_students_own_notebooks_is_left_out(book: Path) -> None:
    text = article(page(book, "02_loss_function"))
    assert "ready_to_hand_in" in text
    assert "No saved notebook" not in text


def test_answers_and_checks_show_no_output(book: Path) -> None:
    text = article(page(book, "02_loss_function"))
    for kind in ("answer", "check"):
        cells = re.findall(
            rf'<div class="cell tag_{kind} docutils container">.*?</div>\s*</div>\s*</div>', text, re.DOTALL
        )
        assert len(cells) >= 4
    assert text.count("tag_check") == text.count("tag_answer")
    assert "not attempted" not in text.lower()
    assert "Passed" not in text
    assert "raise NotDoneYet" in Elements(text).text


def test_every_link_leads_somewhere_and_nothing_is_loaded_from_elsewhere(book: Path) -> None:
    parts = {name: Elements(page(book, name)) for name in (*PAGES, "search")}
    elsewhere, to_glossary = set(), 0
    for name, elements in parts.items():
        loaded = (
            elements.values("script", "src") + elements.values("link", "href") + elements.values("img", "src")
        )
        for target in (*loaded, *elements.values("a", "href")):
            path, anchor = urldefrag(target)
            if re.match(r"\w+:", path):
                elsewhere.add((target, target in loaded))
                continue
            path = unquote(path.partition("?")[0])
            assert (book / path).exists(), (name, target)
            if anchor and (path or name).removesuffix(".html") in parts:
                assert anchor in parts[(path or name).removesuffix(".html")].ids, (name, target)
            to_glossary += path == "glossary.html" and bool(anchor)
    assert elsewhere == {("https://www.python.org/downloads/", False)}
    assert to_glossary > 60


def test_each_page_leads_to_the_next(book: Path) -> None:
    seen, name = [], "index"
    while name:
        seen.append(name)
        following = re.search(r'class="right-next"\s+href="([^"]*)\.html"', page(book, name))
        name = following[1] if following else ""
    assert seen == PAGES


def test_headings_are_in_order_and_no_formula_is_left_as_tex(book: Path) -> None:
    formulas = 0
    for name in PAGES:
        text = article(page(book, name))
        levels = Elements(text).headings
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), name
        formulas += text.count("<math")
        assert not re.search(r"\\(?:frac|sum|begin|theta)", Elements(text).text), name
    assert formulas > 150


def test_the_front_page_says_what_each_lesson_is_about_and_has_the_zip(book: Path) -> None:
    front = Elements(article(page(book, "index")))
    assert "You write four common loss functions, and look at what each of them punishes." in front.text
    assert [link for link in front.values("a", "href") if link in [f"{each}.html" for each in LESSONS]] == [
        f"{each}.html" for each in LESSONS
    ]
    assert "training-neural-networks.zip" in front.values("a", "href")
    assert (book / "training-neural-networks.zip").read_bytes()[:2] == b"PK"
    assert "conda env create --file environment.yml" in page(book, "start")


def test_explorers_have_a_picture_and_a_line_for_each_choice(book: Path) -> None:
    found = {}
    for lesson in LESSONS:
        for cell in instructors(lesson).cells:
            name = explorer_in(cell.source) if cell.cell_type == "code" else None
            if name:
                data = re.search(
                    r'<div class="explorer">.*?<script type="application/json">(.*?)</script>',
                    page(book, lesson),
                    re.DOTALL,
                )
                assert data
                found[name] = json.loads(data[1])
    assert set(found) == set(EXPLORERS)
    for name, data in found.items():
        choices = 1
        for values in data["values"]:
            choices *= len(values)
        assert len(data["frames"]) == choices
        assert choices >= 20, name
        assert len({frame["says"] for frame in data["frames"]}) == choices
        assert all(frame["alt"] and (book / frame["file"]).is_file() for frame in data["frames"])
    assert "Learning rate 0.005: the loss goes from 234.7 to 10.16 in 12 steps." in [
        frame["says"] for frame in found["explore_learning_rate"]["frames"]
    ]


@pytest.fixture
def small(released_course: Path) -> Path:
    """Two small lessons, released, with what students get besides."""
    return add_what_students_need(released_course)


def made(
    folder: Path, *lessons: str, on_page: Callable[[int, str], object] = lambda *_: None
) -> dict[str, bytes]:
    """The files of the book of some lessons, or of all."""
    course = Course.at(folder)
    files = student_files(course, lessons or course.lessons)
    package = (f"{course.name}.zip", zipped(files, course.name))
    return make_book(course, files, package, draw_explorers(course, course.lessons), on_page)


def test_only_what_changed_is_made_and_written_again(small: Path) -> None:
    site, pages = small / "site", []
    publish(site, made(small))
    assert publish(site, made(small, on_page=lambda _, name: pages.append(name))).written == []
    assert pages == []
    (small / "student" / "START.md").write_text("# Begin here\n\nType `course`.\n", encoding="utf-8")
    written = publish(site, made(small, on_page=lambda _, name: pages.append(name))).written
    assert {"start.html", "searchindex.js"} <= set(written)
    # The lesson behind it links to it by its heading.
    assert {"02_other", "02_other.html"}.isdisjoint([*pages, *written])


def test_a_part_of_the_lessons_makes_a_book_without_links_to_the_others(small: Path) -> None:
    (small / "source" / "glossary.md").write_text(
        "# Glossary\n\n## double\nSee [01](01_small/01_small.ipynb), [02](02_other/02_other.ipynb).\n",
        "utf-8",
    )
    release_pages(small / "source", small / "notebooks")
    whole = made(small)
    assert b'href="02_other.html"' in whole["glossary.html"]
    part = made(small, "01_small")
    assert {*whole} - {*part} == {"02_other.html"}
    assert b'href="01_small.html"' in part["glossary.html"]
    assert [name for name, content in part.items() if b"02_other" in content] == []


def test_the_command_writes_the_site_and_says_what_it_did(small: Path) -> None:
    result = run_course("book", "--lesson", "01_small", "a site", cwd=small)
    assert result.returncode == 0, result.stderr
    assert re.search(
        r"^a site/index\.html: (\d+) of \1 files written, \d+\.\d MB$", result.stdout, re.MULTILINE
    )
    assert (small / "a site" / "01_small.html").is_file()


def test_a_folder_of_somebody_else_s_is_one_line_and_stays_as_it_is(small: Path) -> None:
    (small / "book").mkdir()
    (small / "book" / "thesis.html").write_text("mine", encoding="utf-8")
    result = run_course("book", cwd=small)
    assert (result.returncode, result.stderr.count("\n")) == (1, 1), result.stderr
    assert "book holds a file that is not the course's, thesis.html. Name an empty folder" in result.stderr
    assert [path.name for path in (small / "book").iterdir()] == ["thesis.html"]


def no_release(course: Path) -> None:
    (course / "notebooks" / "01_small" / "01_small.ipynb").unlink()


def no_build(course: Path) -> None:
    text = course / "source" / "01_small" / "01_small.py"
    text.write_text(text.read_text(encoding="utf-8").replace("2 + 3", "2 + 4"), encoding="utf-8")


def no_guide(course: Path) -> None:
    (course / "student" / "START.md").unlink()


def dead_link(course: Path) -> None:
    (course / "student" / "START.md").write_text("# Start\n\nSee [this](nowhere.ipynb).\n", encoding="utf-8")


def bad_formula(course: Path) -> None:
    (course / "student" / "START.md").write_text("# Start\n\n$\\frac{1$ and more.\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (no_release, "01_small.ipynb is missing: it has not been released yet. Run: course release 01_small"),
        (no_build, "Build it first: course build 01_small"),
        (no_guide, "START.md cannot be read: No such file or directory."),
        (dead_link, "The book was not written: start.md:5: WARNING"),
        (
            bad_formula,
            "The book was not written: start.md:5: WARNING: the formula \\frac{1 is not understood",
        ),
    ],
)
def test_bad_input_is_one_line(spoil: Callable[[Path], None], says: str, small: Path) -> None:
    spoil(small)
    with pytest.raises(CourseError, match=re.escape(says)) as caught:
        made(small)
    assert "\n" not in str(caught.value)


def test_missing_packages_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "myst_nb" else find(name))
    with pytest.raises(CourseError, match=r"^The book needs myst-nb\. .* run: pip install -e '\.\[book\]'$"):
        refuse_without_sphinx()


def ran(cell: nbformat.NotebookNode, *outputs: nbformat.NotebookNode) -> nbformat.NotebookNode:
    cell.outputs = list(outputs)
    return cell


def test_an_output_that_shows_a_solution_is_refused() -> None:
    solution = "return sorted(values)[len(values) // 2]"
    stub = answer("median", solution)
    stub.source = "raise NotDoneYet"
    printing = code("import inspect; print(inspect.getsource(median))")
    solved = notebook(
        answer("median", solution),
        check("check_median", "assert median([1]) == 1"),
        ran(printing, nbformat.v4.new_output("stream", text=f"def median(values):\n    {solution}\n")),
    )
    released = notebook(stub, check("check_median", "assert median([1]) == 1"), printing.copy())
    with pytest.raises(CourseError, match="shows a line of a solution") as caught:
        add_page(Pages(), "01_small/01_small.ipynb", released, solved, {})
    assert "\n" not in str(caught.value)


def test_of_an_error_only_its_message_is_on_the_page() -> None:
    error = nbformat.v4.new_output(
        "error",
        ename="ValueError",
        evalue="wrong shape",
        traceback=["    return values @ secret_weights_of_the_solution"],
    )
    cell = ran(code("median([])"), error)
    pages = Pages()
    add_page(pages, "01_small/01_small.ipynb", notebook(cell), notebook(cell), {})
    text = pages.notebooks["01_small"].decode()
    assert "ValueError: wrong shape" in text
    assert "secret_weights" not in text
