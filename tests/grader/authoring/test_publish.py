"""`course publish`: a folder that can be pushed as a repository, brought up to date, and never at others' cost."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.authoring.publish import RECORD, Published, publish, readme
from grader.errors import CourseError
from tests.course_here import run_course
from tests.grader.authoring.student_course import add_what_students_need

FILES = {"README.md": b"one", "notebooks/a/a.ipynb": b"two", "notebooks/b/b.ipynb": b"three"}


def held(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != RECORD)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture
def published(tmp_path: Path) -> Path:
    folder = tmp_path / "Kurs Übung é" / "published"
    assert publish(folder, FILES) == Published(sorted(FILES), [])
    return folder


def test_a_new_folder_holds_the_files(published: Path) -> None:
    assert held(published) == FILES


def test_again_it_writes_what_changed_and_removes_what_is_gone(published: Path) -> None:
    assert publish(published, FILES) == Published([], [])
    now = {"README.md": b"new", "notebooks/a/a.ipynb": b"two", "c.py": b"four"}
    assert publish(published, now) == Published(["README.md", "c.py"], ["notebooks/b/b.ipynb"])
    assert held(published) == now
    assert not (published / "notebooks" / "b").exists()


def test_a_fresh_repository_is_empty(tmp_path: Path) -> None:
    (tmp_path / ".git" / "refs").mkdir(parents=True)
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    publish(tmp_path, FILES)
    assert (tmp_path / ".git" / "HEAD").exists()


def test_what_somebody_added_later_stays(published: Path) -> None:
    (published / "LICENSE").write_text("mine", encoding="utf-8")
    (published / "notebooks" / "b" / "notes.txt").write_text("mine", encoding="utf-8")
    publish(published, {"README.md": b"one"})
    assert set(held(published)) == {"README.md", "LICENSE", "notebooks/b/notes.txt"}


def test_after_a_crash_the_same_command_goes_on(published: Path) -> None:
    (published / RECORD).unlink()
    (published / "notebooks" / "b" / "b.ipynb").unlink()
    publish(published, FILES)
    assert held(published) == FILES


def put_others_file(folder: Path) -> None:
    (folder / RECORD).unlink()
    (folder / "A.tex").write_text("mine", encoding="utf-8")


def change_a_file(folder: Path) -> None:
    (folder / "notebooks" / "b" / "b.ipynb").write_text("mine", encoding="utf-8")


def put_file_in_the_way(folder: Path) -> None:
    (folder / "new.py").write_text("mine", encoding="utf-8")


def put_file_for_folder(folder: Path) -> None:
    (folder / "helpers").write_text("mine", encoding="utf-8")


def put_folder_for_file(folder: Path) -> None:
    (folder / "new.py").mkdir()
    (folder / "new.py" / "x").write_text("mine", encoding="utf-8")


def put_link_for_folder(folder: Path) -> None:
    (folder.parent / "elsewhere").mkdir()
    (folder / "helpers").symlink_to(folder.parent / "elsewhere")


def put_link_for_file(folder: Path) -> None:
    (folder / "new.py").symlink_to(folder.parent / "elsewhere.py")


def damage_record(folder: Path) -> None:
    (folder / RECORD).write_text("[", encoding="utf-8")


OTHERS = "holds a file that is not the course's, {}. Name an empty folder"


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (put_others_file, OTHERS.format("A.tex")),
        (change_a_file, "b.ipynb was changed after it was published."),
        (put_file_in_the_way, OTHERS.format("new.py")),
        (put_file_for_folder, OTHERS.format("helpers")),
        (put_folder_for_file, OTHERS.format("new.py/x")),
        (put_link_for_folder, OTHERS.format("helpers")),
        (put_link_for_file, OTHERS.format("new.py")),
        (damage_record, f"{RECORD} cannot be read."),
    ],
)
def test_others_work_is_refused_before_anything_is_written(
    spoil: Callable[[Path], None], says: str, published: Path
) -> None:
    spoil(published)
    before = held(published)
    with pytest.raises(CourseError) as caught:
        publish(published, {"README.md": b"new", "new.py": b"new", "helpers/x.py": b"new"})
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert held(published) == before
    assert list(published.parent.glob("elsewhere*/*")) == []


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CourseError, match="is not a folder"):
        publish(tmp_path / "file", FILES)


def test_the_readme_links_lessons_to_binder_and_colab() -> None:
    lessons = {"notebooks/02_loss/02_loss.ipynb": "Loss functions"}
    page = readme("Neural networks", lessons, "ada-l/nets.v2")
    path = "notebooks/02_loss/02_loss.ipynb"
    assert page.startswith("# Neural networks\n")
    assert f"[Loss functions]({path})" in page
    assert f"(https://mybinder.org/v2/gh/ada-l/nets.v2/HEAD?labpath={path.replace('/', '%2F')})" in page
    assert f"(https://colab.research.google.com/github/ada-l/nets.v2/blob/main/{path})" in page
    assert "!git clone --quiet --depth 1 https://github.com/ada-l/nets.v2\n" in page
    assert 'sys.path.insert(0, "/content/nets.v2")' in page
    assert "<" not in page
    without = readme("Neural networks", lessons, None)
    assert "binder" not in without.lower()
    assert "<" not in without


@pytest.mark.parametrize("repository", ["https://github.com/ada/nets", "ada", "ada/nets/x", "ada/n ets", ""])
def test_a_repository_of_another_form_is_refused(repository: str) -> None:
    with pytest.raises(CourseError, match="is not of the form OWNER/NAME, such as ada/neural-networks"):
        readme("Neural networks", {}, repository)


def test_the_command_publishes_what_is_released_and_takes_back_what_is_not(
    released_course: Path, tmp_path: Path
) -> None:
    course, folder = add_what_students_need(released_course), tmp_path / "published"
    result = run_course("publish", folder, "--repository", "ada/nets", cwd=course)
    assert result.returncode == 0, result.stderr
    lessons = {"notebooks/01_small/01_small.ipynb", "notebooks/02_other/02_other.ipynb"}
    assert set(held(folder)) == {"README.md", "START.html", "helpers/__init__.py", *lessons}
    assert "[A small lesson]" in (folder / "README.md").read_text(encoding="utf-8")
    assert set(json.loads((folder / RECORD).read_text(encoding="utf-8"))) == set(held(folder))
    shutil.rmtree(course / "source" / "02_other")
    result = run_course("publish", folder, cwd=course)
    assert result.returncode == 0, result.stderr
    assert "Removed: notebooks/02_other/02_other.ipynb" in result.stdout
    assert "notebooks/02_other/02_other.ipynb" not in held(folder)
    assert "already up to date" not in result.stdout
    assert f"{folder}: already up to date" in run_course("publish", folder, cwd=course).stdout
    result = run_course("publish", course, cwd=course)
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert "holds a file that is not the course's" in result.stderr
