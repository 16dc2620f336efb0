"""The ways to set up the course agree with each other, and each works."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.conftest import UV

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.txt").read_text(encoding="utf-8")
STUDENT = ROOT / "student"
STUDENTS_PROJECT = tomllib.loads((STUDENT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
STUDENTS_LOCK = (STUDENT / "requirements.txt").read_text(encoding="utf-8")
NAMED_BY_OWNER = {"tensorflow", "numpy", "matplotlib", "jupyterlab", "nbgrader", "nbval"}


def locked(lock: str = LOCK) -> dict[str, Requirement]:
    pins = (line.rstrip(" \\") for line in lock.splitlines() if line and not line[0].isspace())
    return {canonicalize_name(pin.name): pin for pin in map(Requirement, pins)}


def versions(lock: str) -> dict[str, str]:
    return {name: next(iter(pin.specifier)).version for name, pin in locked(lock).items()}


def pip_section() -> list[str]:
    return next(entry["pip"] for entry in ENVIRONMENT["dependencies"] if isinstance(entry, dict))


@pytest.mark.parametrize("lock", [LOCK, STUDENTS_LOCK], ids=["course", "students"])
def test_every_locked_package_has_one_version_with_hashes_and_no_address(lock: str) -> None:
    blocks = re.split(r"\n(?=\S)", lock.strip())
    assert len(blocks) == len(locked(lock)) > 100
    for block in blocks:
        assert re.match(r"[a-z0-9._-]+==\S+", block), block
        assert "--hash=sha256:" in block, block
    assert "://" not in lock


@pytest.mark.parametrize("folder", [ROOT, STUDENT], ids=["course", "students"])
def test_the_constraints_are_the_lock_without_hashes(folder: Path) -> None:
    constraints = (folder / "constraints.txt").read_text(encoding="utf-8").splitlines()
    lock = locked((folder / "requirements.txt").read_text(encoding="utf-8"))
    assert {str(Requirement(line)) for line in constraints} == {str(pin) for pin in lock.values()}


def test_students_get_the_versions_of_the_course_and_no_grader() -> None:
    students = versions(STUDENTS_LOCK)
    assert students.items() <= versions(LOCK).items()
    assert STUDENTS_PROJECT["requires-python"] == PROJECT["requires-python"]
    for line in STUDENTS_PROJECT["dependencies"]:
        requirement = Requirement(line)
        assert requirement.specifier.contains(students[canonicalize_name(requirement.name)]), line
    unneeded = {"nbgrader", "dask", "distributed", "sqlalchemy", "typer", "jupytext", "pytest", "ruff", "uv"}
    assert unneeded.isdisjoint(students)


def test_students_packages_are_those_that_helpers_import() -> None:
    imported = set()
    for path in (ROOT / "helpers").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.partition(".")[0])
    imported -= {*sys.stdlib_module_names, "helpers"}
    # Keras comes with TensorFlow.
    named = {"sklearn": "scikit-learn", "keras": "tensorflow"}
    needed = {named.get(name, name.lower()) for name in imported}
    declared = {Requirement(line).name for line in STUDENTS_PROJECT["dependencies"]}
    assert needed <= declared
    # A notebook runs in a kernel, and setuptools installs `helpers` without a download.
    assert declared - needed <= {"ipykernel", "jupyterlab", "setuptools", "tensorflow"}


def test_the_lock_satisfies_what_the_project_declares() -> None:
    declared = [
        Requirement(line) for line in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]
    ]
    assert {requirement.name for requirement in declared} >= NAMED_BY_OWNER
    for requirement in declared:
        version = next(iter(locked()[canonicalize_name(requirement.name)].specifier)).version
        assert requirement.specifier.contains(version), f"{requirement} is locked at {version}"


@pytest.mark.usefixtures("package_index")
@pytest.mark.parametrize("python_version", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize(
    "system", ["windows", "aarch64-apple-darwin", "x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"]
)
@pytest.mark.parametrize("lock", [ROOT, STUDENT], ids=["course", "students"])
def test_the_lock_installs_from_wheels_alone(
    lock: Path, system: str, python_version: str, tmp_path: Path
) -> None:
    resolve = [UV, "pip", "install", "--dry-run", "--require-hashes", "--only-binary", ":all:"]
    target = [
        "--python-platform",
        system,
        "--python-version",
        python_version,
        "--target",
        str(tmp_path / "target"),
    ]
    result = subprocess.run(
        [*resolve, *target, "-r", lock / "requirements.txt"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "Would install" in result.stderr


def test_anaconda_s_python_is_one_that_the_project_supports_and_is_tested_on() -> None:
    conda = next(entry for entry in ENVIRONMENT["dependencies"] if str(entry).startswith("python="))
    version = conda.removeprefix("python=")
    assert SpecifierSet(PROJECT["requires-python"]).contains(f"{version}.0")
    assert f"--python-version {version}" in (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.fixture
def condas_requirements() -> Iterator[Path]:
    """The pip section in one file beside environment.yml: Conda writes it there and runs pip on it."""
    path = ROOT / "condaenv.requirements.txt"
    path.write_text("\n".join(pip_section()), encoding="utf-8")
    yield path
    path.unlink()


def assert_locked(installed: Iterable[str]) -> None:
    """Check what was installed, each as name==version."""
    versions = {
        canonicalize_name(name): version for name, version in (each.split("==") for each in installed)
    }
    assert set(versions) >= NAMED_BY_OWNER
    for name, version in versions.items():
        if name in locked() and name not in {"pip", "setuptools"}:
            assert locked()[name].specifier.contains(version), f"{name} {version} is not the locked one"


@pytest.mark.usefixtures("package_index")
def test_anaconda_s_pip_section_asks_for_the_locked_versions_and_the_project(
    condas_requirements: Path, tmp_path: Path
) -> None:
    venv.create(tmp_path / "fresh")
    target = ["--python", str(tmp_path / "fresh")]
    result = subprocess.run(
        [UV, "pip", "install", "--dry-run", *target, "-r", condas_requirements],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert result.returncode == 0, result.stderr
    asked_for = re.findall(r"^ \+ (.*)", result.stderr, re.MULTILINE)
    # uv names a version as well once it has built the project before.
    assert any(PROJECT["name"] in each and ROOT.as_uri() in each for each in asked_for)
    assert_locked(each for each in asked_for if re.fullmatch(r"\S+==\S+", each))


@pytest.mark.slow
@pytest.mark.usefixtures("package_index")
def test_anaconda_s_pip_section_installs_the_locked_versions_and_the_project(
    condas_requirements: Path, tmp_path: Path
) -> None:
    venv.create(tmp_path / "fresh", with_pip=True)
    python = tmp_path / "fresh" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    options = ["--quiet", "--no-compile", "-U", "-r", str(condas_requirements), "--exists-action=b"]
    subprocess.run([python, "-m", "pip", "install", *options], cwd=ROOT, check=True, timeout=900)
    listed = subprocess.run(
        [python, "-m", "pip", "list", "--format=freeze"],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert_locked(line for line in listed.stdout.split() if "==" in line)
    subprocess.run([python, "-c", "import helpers, grader"], check=True, cwd=tmp_path)
