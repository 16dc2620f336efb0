"""The doctor names what is wrong with a machine, what that means, and what to do."""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from pathlib import Path

import pytest
from rich.console import Console

from grader.classroom.course import CONFIG_NAME, Course
from grader.commands.doctor import table
from grader.desk.doctor import machine
from grader.desk.doctor.data import data_sets
from grader.desk.doctor.finding import Finding, State
from grader.desk.doctor.formgrader import formgrader
from grader.desk.doctor.gradebook import gradebook
from grader.desk.doctor.wall import judged
from grader.executor.trial import ATTEMPTS, Trial
from grader.limits import Limits
from tests.conftest import run_course

Usage = namedtuple("Usage", "total used free")


def test_one_screen_says_what_there_is_and_whether_this_machine_can_grade(released_course: Path) -> None:
    result = run_course("doctor", cwd=released_course)
    assert result.returncode == 0, result.stderr
    for what in ("versions", "data", "wall", "cores", "memory", "disk", "gradebook", "Formgrader"):
        assert what in result.stdout
    assert "it stopped all" in result.stdout
    assert "0 marks of 0 students" in result.stdout
    assert len(result.stdout.splitlines()) <= 24


def test_a_gradebook_that_cannot_be_used_fails(released_course: Path) -> None:
    course = Course.at(released_course)
    assert gradebook(course).state is State.OK
    file = released_course / "gradebook.db"
    with sqlite3.connect(file) as formgrader_saves:
        formgrader_saves.execute("UPDATE assignment SET name = name")
        locked = gradebook(course)
    assert (locked.state, "locked" in locked.found) == (State.WARNING, True)

    with sqlite3.connect(file) as older:
        older.execute("UPDATE alembic_version SET version_num = 'older'")
    assert "nbgrader db upgrade" in gradebook(course).advice

    file.write_bytes(b"no database" * 1000)
    damaged = gradebook(course)
    assert (damaged.state, "course restore" in damaged.advice) == (State.FAILS, True)
    result = run_course("doctor", cwd=released_course)
    assert result.returncode == 1
    assert "cannot grade" in result.stderr

    file.unlink()
    assert gradebook(course).state is State.OK
    assert not file.exists()
    with (released_course / CONFIG_NAME).open("a", encoding="utf-8") as config:
        config.write('\nc.CourseDirectory.db_url = "postgresql+psycopg://a:secret@127.0.0.1:9/b"\n')
    unreachable = gradebook(Course.at(released_course))
    assert unreachable.state is State.FAILS
    assert "secret" not in unreachable.found


@pytest.mark.parametrize(
    ("came_through", "state"), [((), State.OK), (("read files of this machine",), State.FAILS)]
)
def test_the_wall_is_judged_by_what_came_through(came_through: tuple[str, ...], state: State) -> None:
    finding = judged(Trial({attempt.name: attempt.name in came_through for attempt in ATTEMPTS}))
    assert finding.state is state
    assert all(name in finding.found for name in came_through)
    assert bool(finding.advice) == bool(came_through)


def test_too_little_memory_warns_and_a_full_disk_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert machine.memory(Limits(memory_mb=10_000_000)).state is State.WARNING
    for free, state in ((50e9, State.OK), (2e9, State.WARNING), (1e6, State.FAILS)):
        monkeypatch.setattr("shutil.disk_usage", lambda _, free=free: Usage(60e9, 60e9 - free, int(free)))
        assert machine.disk(tmp_path).state is state


def test_a_folder_that_cannot_be_written_fails(tmp_path: Path) -> None:
    (tmp_path / "reports").touch()
    finding = machine.disk(tmp_path)
    assert (finding.state, finding.found) == (
        State.FAILS,
        f"{tmp_path}/reports cannot be written: Not a directory",
    )


def test_a_configuration_that_fails_is_told(released_course: Path) -> None:
    (released_course / CONFIG_NAME).write_text("c = (", encoding="utf-8")
    result = run_course("doctor", cwd=released_course)
    assert result.returncode == 1
    assert "SyntaxError" in result.stdout


def test_another_version_than_the_course_needs_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        machine, "requires", lambda _: ["nbgrader>=99", "not-to-be-had-anywhere", 'x; extra == "dev"']
    )
    finding = machine.versions()
    assert finding.state is State.FAILS
    assert "is not >=99" in finding.found
    assert "not-to-be-had-anywhere is missing" in finding.found


def test_data_are_looked_for_where_the_course_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "nowhere"))
    assert data_sets().state is State.FAILS
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    finding = data_sets()
    assert (finding.state, "stand-in" in finding.found) == (State.WARNING, True)


def test_formgrader_that_is_switched_off_warns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert formgrader().state is State.OK
    settings = tmp_path / "jupyter_server_config.d"
    settings.mkdir()
    part = '{"ServerApp": {"jpserver_extensions": {"nbgrader.server_extensions.formgrader": false}}}'
    (settings / "off.json").write_text(part, encoding="ascii")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path))
    finding = formgrader()
    assert (finding.state, "enable" in finding.advice) == (State.WARNING, True)


@pytest.mark.parametrize("width", [80, 120])
def test_it_fits_the_terminal_and_nothing_is_cut(width: int) -> None:
    long = Finding("data", State.WARNING, f"/a/{'long/' * 40}place [red]", "Do [bold]this[/bold]")
    console = Console(width=width, record=True, force_terminal=True)
    console.print(table([long]))
    lines = console.export_text().splitlines()
    assert max(map(len, lines)) <= width
    joined = "".join(line.strip() for line in lines)
    assert joined.count("long/") == 40 or "long/" * 40 in joined.replace(" ", "")
    assert "[bold]this[/bold]" in joined
