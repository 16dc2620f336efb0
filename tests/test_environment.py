"""The ways to set up the course agree with each other, and each works."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.txt").read_text(encoding="utf-8")
NAMED_BY_OWNER = {"tensorflow", "numpy", "matplotlib", "jupyterlab", "nbgrader", "nbval"}


def locked() -> dict[str, Requirement]:
    pins = (line.rstrip(" \\") for line in LOCK.splitlines() if line and not line[0].isspace())
    return {canonicalize_name(pin.name): pin for pin in map(Requirement, pins)}


def pip_section() -> list[str]:
    return next(entry["pip"] for entry in ENVIRONMENT["dependencies"] if isinstance(entry, dict))


def test_every_locked_package_has_one_version_with_hashes_and_no_address() -> None:
    blocks = re.split(r"\n(?=\S)", LOCK.strip())
    assert len(blocks) == len(locked()) > 100
    for block in blocks:
        assert re.match(r"[a-z0-9._-]+==\S+", block), block
        assert "--hash=sha256:" in block, block
    assert "://" not in LOCK


def test_the_constraints_are_the_lock_without_hashes() -> None:
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert {str(Requirement(line)) for line in constraints} == {str(pin) for pin in locked().values()}


def test_the_lock_satisfies_what_the_project_declares() -> None:
    declared = [
        Requirement(line) for line in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]
    ]
    assert {requirement.name for requirement in declared} >= NAMED_BY_OWNER
    for requirement in declared:
        version = next(iter(locked()[canonicalize_name(requirement.name)].specifier)).version
        assert requirement.specifier.contains(version), f"{requirement} is locked at {version}"


@pytest.mark.parametrize("python_version", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize(
    "system", ["windows", "aarch64-apple-darwin", "x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"]
)
def test_the_lock_installs_from_wheels_alone(system: str, python_version: str, tmp_path: Path) -> None:
    resolve = ["uv", "pip", "install", "--dry-run", "--require-hashes", "--only-binary", ":all:"]
    target = [
        "--python-platform",
        system,
        "--python-version",
        python_version,
        "--target",
        str(tmp_path / "target"),
    ]
    uv = Path(sys.executable).parent / resolve[0]
    result = subprocess.run(
        [uv, *resolve[1:], *target, "-r", ROOT / "requirements.txt"],
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


def test_anaconda_s_pip_section_installs_the_locked_versions_and_the_project(tmp_path: Path) -> None:
    # Conda writes the section into one file beside environment.yml and runs pip on it from there.
    venv.create(tmp_path / "fresh", with_pip=True)
    python = tmp_path / "fresh" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    requirements = ROOT / "condaenv.requirements.txt"
    requirements.write_text("\n".join(pip_section()), encoding="utf-8")
    try:
        subprocess.run(
            [
                python,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-compile",
                "-U",
                "-r",
                requirements,
                "--exists-action=b",
            ],
            cwd=ROOT,
            check=True,
            timeout=900,
        )
    finally:
        requirements.unlink()
    listed = subprocess.run(
        [python, "-m", "pip", "list", "--format=freeze"],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    installed = dict(line.split("==") for line in listed.stdout.split() if "==" in line)
    installed = {canonicalize_name(name): version for name, version in installed.items()}
    assert set(installed) >= NAMED_BY_OWNER
    for name, version in installed.items():
        if name in locked() and name not in {"pip", "setuptools"}:
            assert locked()[name].specifier.contains(version), f"{name} {version} is not the locked one"
    subprocess.run([python, "-c", "import helpers, grader"], check=True, cwd=tmp_path)
