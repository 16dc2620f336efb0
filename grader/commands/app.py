"""The commands of `course`, with their options."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.commands import STOPPED, STOPPED_CODE, display
from grader.desk.exporting.formats import Format, Platform
from grader.errors import CourseError, GraderError
from grader.sentences import counted

if TYPE_CHECKING:
    from grader.classroom.course import Course


app = typer.Typer(
    help="Build, release and grade the course.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

CourseOption = Annotated[
    Path, typer.Option("--course", help="The course's folder.", show_default="this folder")
]
LessonArguments = Annotated[list[str] | None, typer.Argument(help="Names of lessons; all when left out.")]
NoWallOption = Annotated[bool, typer.Option("--no-wall", help="Run submissions without protection.")]
THIS_FOLDER, BOOK = Path(), Path("book")
# Of new files, what nobody but their owner may do.
FOR_THE_OWNER_ONLY = 0o077


def _limit(text: str) -> Any:
    """An option for what one submission may use."""
    return typer.Option(help=text, show_default="as the course sets it")


def _with_students_data(folder: Path) -> Course:
    """Open a course in order to write data of students. Raises CourseError."""
    from grader.classroom.course import Course

    opened = Course.at(folder)
    if not opened.config.CourseDirectory.get("groupshared"):
        os.umask(FOR_THE_OWNER_ONLY)
    return opened


@app.command()
def build(
    lessons: LessonArguments = None,
    course: CourseOption = THIS_FOLDER,
    force: Annotated[bool, typer.Option("--force", help="Also run lessons that are up to date.")] = False,
) -> None:
    """Make the instructor's notebooks from the lessons' text: pair, run, keep the outputs."""
    from grader.authoring import build as building
    from grader.classroom.course import Course
    from grader.classroom.lesson_data import data_of, described

    opened = Course.at(course)
    for lesson in opened.chosen(lessons or []):
        with display.step(f"Building {lesson}", total=1) as step:
            ran = building.build(opened.source / lesson, on_cell=step.of, force=force)
        data = "; ".join(map(described, data_of(opened, lesson)))
        display.note(f"{lesson}: {'built' if ran else 'up to date'}{f' on {data}' if ran and data else ''}")


@app.command()
def new(
    lesson: Annotated[str, typer.Argument(help="Two digits and a name, such as 09_regularisation.")],
    course: CourseOption = THIS_FOLDER,
) -> None:
    """Start a lesson: its files, with one exercise in place that builds, releases and grades."""
    from grader.authoring.new_lesson import new_lesson
    from grader.classroom.course import Course

    for path in new_lesson(Course.at(course), lesson):
        display.note(f"Written: {path}")
    display.note(f"Next: course build {lesson}, course try {lesson}, course release {lesson}")


@app.command("try")
def try_(lessons: LessonArguments = None, course: CourseOption = THIS_FOLDER) -> None:
    """Try the checks of lessons on their answers, their slips, and small changes to their solutions."""
    from grader.classroom.course import Course
    from grader.commands.trying import try_and_show

    opened = Course.at(course)
    if not try_and_show(opened, opened.chosen(lessons or [])):
        raise typer.Exit(1)


@app.command()
def sync(
    lesson: Annotated[str, typer.Argument(help="The lesson whose notebook was edited.")],
    course: CourseOption = THIS_FOLDER,
) -> None:
    """Carry what was edited in a lesson's notebook (in JupyterLab, say) back into its .py."""
    from grader.authoring.lesson_source import LessonSource, State
    from grader.classroom.course import Course

    opened = Course.at(course)
    source = LessonSource(opened.source / opened.chosen([lesson])[0])
    state = source.state()
    if state is State.BOTH_CHANGED:
        raise CourseError(
            f"{source.folder}: {state.value}. Carrying the notebook over would lose the edits of the .py: "
            "bring one of them back to its committed form first (git restore)."
        )
    if state is not State.NOTEBOOK_CHANGED:
        display.note(f"{lesson}: nothing to carry over ({state.value})")
        return
    source.write_text_from_notebook()
    display.note(f"{lesson}: {source.text_path} now says what the notebook says. Next: course build {lesson}")


@app.command()
def release(lessons: LessonArguments = None, course: CourseOption = THIS_FOLDER) -> None:
    """Make the students' notebooks: no solutions, no hidden tests, no outputs."""
    from grader.authoring import release as releasing
    from grader.authoring.pages import release_pages
    from grader.classroom.course import Course

    opened = Course.at(course)
    chosen = opened.chosen(lessons or [])
    with display.step("Releasing", len(chosen)) as step:
        for done, lesson in enumerate(chosen):
            step.advance(done, lesson)
            releasing.release(opened, lesson)
        step.advance(len(chosen))
    pages = [page.name for page in release_pages(opened.source, opened.release)]
    display.note(f"Released into {opened.release}: {', '.join([*chosen, *pages])}")


@app.command()
def bundle(
    lessons: LessonArguments = None,
    course: CourseOption = THIS_FOLDER,
    with_data: Annotated[bool, typer.Option("--with-data", help="Include the data sets.")] = False,
    output: Annotated[
        Path | None,
        typer.Option(help="Where to write the zip.", show_default="named after the course, in its folder"),
    ] = None,
) -> None:
    """Pack what students need into one zip: released notebooks, helpers, a guide. No solutions, no grader."""
    from grader.classroom.course import Course
    from grader.commands.handing_out import make_zip

    opened = Course.at(course)
    make_zip(opened, opened.chosen(lessons or []), output, with_data=with_data)


@app.command()
def publish(
    folder: Annotated[Path, typer.Argument(help="An empty folder, or one published before.")],
    lessons: LessonArguments = None,
    course: CourseOption = THIS_FOLDER,
    repository: Annotated[
        str | None,
        typer.Option(help="OWNER/NAME on GitHub, for links that open lessons in Binder and Colab."),
    ] = None,
) -> None:
    """Write what students need into a folder, to be pushed as a repository; again to bring it up to date."""
    from grader.classroom.course import Course
    from grader.commands.handing_out import publish_into

    opened = Course.at(course)
    publish_into(opened, folder, opened.chosen(lessons or []), repository)


@app.command()
def book(
    folder: Annotated[Path, typer.Argument(help="An empty folder, or one written before.")] = BOOK,
    lesson: Annotated[list[str] | None, typer.Option(help="Only this lesson; may be repeated.")] = None,
    course: CourseOption = THIS_FOLDER,
) -> None:
    """Write the lessons as a site that works offline, without solutions; again to bring it up to date."""
    from grader.classroom.course import Course
    from grader.commands.handing_out import write_book

    opened = Course.at(course)
    write_book(opened, folder, opened.chosen(lesson or []))


@app.command()
def collect(
    path: Annotated[Path, typer.Argument(help="The zip, folder or notebook that your platform gave you.")],
    lessons: LessonArguments = None,
    course: CourseOption = THIS_FOLDER,
    roster: Annotated[
        Path | None,
        typer.Option(
            help="A CSV file of who is in the class.", show_default="students are named as on the platform"
        ),
    ] = None,
) -> None:
    """Take in what students handed in on Canvas, Moodle, Gradescope, ILIAS or nbgrader, or in a folder."""
    from grader.commands.collecting import collect_and_show

    if not collect_and_show(_with_students_data(course), path, lessons or [], roster):
        raise typer.Exit(1)


@app.command()
def grade(
    lessons: LessonArguments = None,
    course: CourseOption = THIS_FOLDER,
    student: Annotated[list[str] | None, typer.Option(help="Only this student; may be repeated.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Also grade unchanged submissions again.")] = False,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a dask scheduler, such as tcp://10.0.0.1:8786.")
    ] = None,
    cell_seconds: Annotated[float | None, _limit("Time limit per cell (s).")] = None,
    notebook_seconds: Annotated[float | None, _limit("Time limit per notebook (s).")] = None,
    memory_mb: Annotated[float | None, _limit("Memory limit (MB).")] = None,
    output_mb: Annotated[float | None, _limit("Output limit (MB).")] = None,
    no_wall: NoWallOption = False,
    verify: Annotated[
        str,
        typer.Option(help="Repeat this share of the remembered trainings and compare, such as 5%."),
    ] = "0%",
) -> None:
    """Grade what was handed in, and show the marks. If it is interrupted, run it again to continue."""
    from grader.commands.grading import grade_and_show

    opened = _with_students_data(course)
    limits = {
        "cell_seconds": cell_seconds,
        "notebook_seconds": notebook_seconds,
        "memory_mb": memory_mb,
        "output_mb": output_mb,
        # Never from a configuration: who wants no wall has to say so each time.
        "wall": not no_wall,
    }
    records = grade_and_show(
        opened,
        lessons or [],
        student or [],
        scheduler=scheduler,
        limits={name: limit for name, limit in limits.items() if limit is not None},
        force=force,
        verified_share=_share(verify),
    )
    if not all(record.is_graded for record in records):
        raise typer.Exit(1)


def _share(percent: str) -> float:
    """A share that is written in percent. Raises CourseError."""
    try:
        share = float(percent.strip().removesuffix("%")) / 100
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise CourseError(f"--verify {percent!r} is not a share: give one from 0% to 100%, such as 5%.")
    return share


@app.command()
def check(
    notebook: Annotated[Path, typer.Argument(help="A notebook as a student has it.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")] = False,
    cell_seconds: Annotated[float, typer.Option(min=1, help="Time limit per cell (s).")] = 600,
) -> None:
    """Check a notebook as a student would before handing it in.

    It runs unprotected: use it only on notebooks that you trust.
    """
    from helpers.desk import command

    raise typer.Exit(command.check(notebook, as_json=as_json, cell_seconds=cell_seconds))


@app.command()
def feedback(
    lessons: LessonArguments = None, course: CourseOption = THIS_FOLDER, no_wall: NoWallOption = False
) -> None:
    """Make a page for each graded submission: the notebook with marks and messages, and nothing hidden."""
    from grader.desk.feedback.give import give_feedback, students_to_tell

    opened = _with_students_data(course)
    problems: list[str] = []
    chosen = opened.chosen(lessons or [])
    ungraded = []
    for lesson in chosen:
        students = students_to_tell(opened, lesson)
        if not students:
            ungraded.append(lesson)
            continue
        with display.step(f"Feedback for {lesson}", len(students)) as step:
            given = give_feedback(opened, lesson, students, step.advance, wall=not no_wall)
        display.note(f"{lesson}: {counted(len(given.pages), 'page')}")
        problems += given.problems
    # Where all lessons are meant, those of later weeks are not graded yet.
    if ungraded and (lessons or ungraded == chosen):
        problems.append(opened.told_of_ungraded(ungraded))
    for problem in problems:
        display.problem(problem)
    if problems:
        raise typer.Exit(1)


@app.command("hand-back")
def hand_back(
    lesson: Annotated[str, typer.Argument(help="The lesson whose feedback is packed.")],
    platform: Annotated[Platform, typer.Option("--for", help="The platform that takes the zip.")],
    course: CourseOption = THIS_FOLDER,
) -> None:
    """Pack the feedback on a lesson into a zip that Canvas or Moodle hands out to each student."""
    from grader.commands.exporting import hand_back_and_show

    opened = _with_students_data(course)
    if not hand_back_and_show(opened, opened.chosen([lesson])[0], platform):
        raise typer.Exit(1)


@app.command()
def export(
    lessons: LessonArguments = None,
    course: CourseOption = THIS_FOLDER,
    form: Annotated[Format, typer.Option("--format", help="What reads the file.")] = Format.CSV,
    into: Annotated[
        Path | None, typer.Option(help="The platform's own CSV; the marks are filled in in a copy of it.")
    ] = None,
) -> None:
    """Write the marks into a file for Canvas, Moodle, a spreadsheet or a program."""
    from grader.commands.exporting import export_and_show

    opened = _with_students_data(course)
    if not export_and_show(opened, opened.chosen(lessons or []), form, into):
        raise typer.Exit(1)


@app.command()
def report(
    lessons: LessonArguments = None,
    course: CourseOption = THIS_FOLDER,
    output: Annotated[
        Path | None, typer.Option(help="Where to write the page.", show_default="reports/report.html")
    ] = None,
) -> None:
    """Show how the class did, what it got wrong, and what waits for you; and write it as one page."""
    from grader.commands.reporting import report_and_show

    opened = _with_students_data(course)
    report_and_show(opened, opened.chosen(lessons or []), output or opened.reports / "report.html")


@app.command()
def forget(
    student: Annotated[str, typer.Argument(help="The student's name, exactly as under submitted/.")],
    course: CourseOption = THIS_FOLDER,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
) -> None:
    """Remove everything that is kept about a student: hand-ins, marks, comments, pages, records."""
    from grader.commands.keeping import forget_and_show

    if not forget_and_show(_with_students_data(course), student, is_sure=yes):
        raise typer.Exit(1)


@app.command()
def backup(
    file: Annotated[
        Path | None, typer.Argument(help="A new file, or a folder for it.", show_default="in backups/")
    ] = None,
    course: CourseOption = THIS_FOLDER,
) -> None:
    """Put the gradebook, what was handed in and the marks' records into one file."""
    from grader.commands.keeping import back_up_and_show

    back_up_and_show(_with_students_data(course), file)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `course backup` made.")],
    course: CourseOption = THIS_FOLDER,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in place of what was handed in here and its marks.")
    ] = False,
) -> None:
    """Restore a backup, after checking all of it."""
    from grader.commands.keeping import restore_and_show

    restore_and_show(_with_students_data(course), file, replace=replace)


@app.command("move-gradebook")
def move_gradebook(
    url: Annotated[str, typer.Argument(help="An empty one: postgresql+psycopg://NAME@HOST/DATABASE.")],
    course: CourseOption = THIS_FOLDER,
) -> None:
    """Copy the gradebook with all marks and comments into another database."""
    from grader.classroom.course import Course
    from grader.commands.keeping import move_and_show

    move_and_show(Course.at(course), url)


@app.command()
def doctor(course: CourseOption = THIS_FOLDER) -> None:
    """Say whether this machine can grade: versions, data, wall, memory, disk, gradebook, and what to do."""
    from grader.commands.doctor import examine

    if not examine(course):
        raise typer.Exit(1)


@app.command()
def data(
    fetch: Annotated[bool, typer.Option(help="Download what is missing.")] = True,
) -> None:
    """Show which data sets are found where, and fetch what is missing."""
    from grader.commands.data import show_and_fetch

    if not show_and_fetch(fetch_missing=fetch):
        raise typer.Exit(1)


@app.command()
def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Delete all remembered trainings.")] = False,
) -> None:
    """Show how many trainings are remembered for grading, where, and how much space they take."""
    from grader.commands.cache import clear_and_show, show

    if clear:
        clear_and_show()
    else:
        show()


@app.command()
def demo(
    lessons: LessonArguments = None,
    course: CourseOption = THIS_FOLDER,
    students: Annotated[int, typer.Option(min=1, help="How many students.")] = 12,
    seed: Annotated[int, typer.Option(help="Another seed makes another class.")] = 0,
) -> None:
    """Release lessons to a sample class in demo/, grade it, and compare the marks with those deserved."""
    from grader.classroom.course import Course
    from grader.commands import demo as demonstration

    opened = Course.at(course)
    chosen = opened.chosen(lessons) if lessons else []
    if not demonstration.run(opened, students, seed, chosen):
        raise typer.Exit(1)


def run_command() -> None:
    """Run the command line; what this project raises by itself is one line and exit code 1."""
    try:
        app()
    except SystemExit as ended:
        # After a Ctrl-C typer ends without a word.
        if stopped := _stopped_by(ended):
            display.problem(str(stopped) or STOPPED)
            raise SystemExit(STOPPED_CODE) from None
        raise
    except Exception as error:
        # Importing the data sets' room brings NumPy along, which takes longer than most commands.
        from helpers.data import DataError

        if isinstance(error, OSError) and error.strerror:
            # Where nobody foresaw it, the system still says what is in the way.
            about = f"{error.filename}: " if error.filename else ""
            display.problem(f"{about}{error.strerror}. Fix that, then run the command again.")
        elif isinstance(error, (GraderError, DataError)):
            display.problem(str(error))
        else:
            raise
        raise SystemExit(1) from None


def _stopped_by(ended: BaseException | None) -> KeyboardInterrupt | None:
    """The Ctrl-C that ended a command, if one did."""
    while ended is not None and not isinstance(ended, KeyboardInterrupt):
        ended = ended.__cause__ or ended.__context__
    return ended
