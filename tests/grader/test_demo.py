"""The sample class, graded by the real grader: every mark is the one written beside its answer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from grader.sample_class import sample_submissions
from tests.conftest import ROOT, run_course

BANK = ROOT / "tests" / "answers"


def test_the_sample_class_gets_the_marks_it_deserves(copied_course: Path) -> None:
    shutil.copytree(BANK, copied_course / "tests" / "answers")
    result = run_course("demo", cwd=copied_course)
    assert result.returncode == 0, result.stdout + result.stderr
    class_ = sample_submissions(BANK)
    assert {submission.student for submission in class_} == {"ada", "bob", "cem", "dee"}
    demo = copied_course / "demo"
    for submission in class_:
        record = json.loads((demo / "reports" / f"{submission.lesson}.json").read_text(encoding="utf-8"))
        entry = next(each for each in record["submissions"] if each["student"] == submission.student)
        awarded = {
            cell["grade_id"].removeprefix("check_"): cell["points"]
            for cell in entry["cells"]
            if cell["points"]
        }
        assert awarded == {name: points for name, points in submission.deserved.items() if points}
        assert (demo / "autograded" / submission.student / submission.lesson).is_dir()
        page = demo / "feedback" / submission.student / submission.lesson / f"{submission.lesson}.html"
        assert page.is_file()


def test_a_mark_that_is_not_deserved_is_named(copied_course: Path) -> None:
    answers = copied_course / "tests" / "answers"
    shutil.copytree(BANK, answers)
    (answers / "sample_class.toml").write_text('[eve]\n"00_welcome" = { rest = "right" }\n', encoding="utf-8")
    bank = answers / "00_welcome.toml"
    bank.write_text(bank.read_text(encoding="utf-8").replace("marks = 1", "marks = 0"), encoding="utf-8")
    result = run_course("demo", cwd=copied_course)
    assert result.returncode == 1
    assert "eve, 00_welcome, greeting: 1 marks, deserved 0" in result.stderr
