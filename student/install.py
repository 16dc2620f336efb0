"""Install the course into its own folder: python3 install.py (on Windows: py install.py).

Run it again at any time: it mends what is missing. Written so that Pythons as old as 3.6 can read it and say
that they are too old.
"""

import os
import platform
import subprocess
import sys
from pathlib import Path

FITTING = ((3, 11), (3, 12), (3, 13))
HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE / ".venv"
WINDOWS = os.name == "nt"
PYTHON = Path(".venv", "Scripts", "python.exe") if WINDOWS else Path(".venv", "bin", "python")
COMMAND = "py" if WINDOWS else "python3"


def main():
    """Check this Python and what was unpacked, make the environment, install."""
    refuse_unfit_python()
    for name in ("helpers", "notebooks", "pyproject.toml", "requirements.txt"):
        if not (HERE / name).exists():
            stop(f"{name} is missing beside install.py. Unpack the whole zip and run the install.py in it.")
    make_environment()
    print("Installing the packages (several minutes the first time) ...", flush=True)
    install("--require-hashes", "--requirement", "requirements.txt")
    # setuptools is one of the packages: nothing is downloaded to install the course itself.
    install("--no-deps", "--no-build-isolation", "--editable", ".")
    print(f"\nDone. To start the course, go to the folder\n\n    {HERE}\n\nand type\n")
    print(f"    {PYTHON} -m jupyterlab notebooks")


def refuse_unfit_python():
    """Stop where TensorFlow publishes nothing for this Python."""
    if sys.version_info[:2] not in FITTING:
        version = ".".join(str(number) for number in sys.version_info[:2])
        example = "py -3.13 install.py" if WINDOWS else "python3.13 install.py"
        stop(
            f"This is Python {version}; the course needs 3.11, 3.12 or 3.13. "
            f"Install one from python.org/downloads and use it: {example}"
        )
    if sys.maxsize < 2**32:
        stop("This is a 32-bit Python; TensorFlow needs a 64-bit one. Install it from python.org/downloads.")
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        stop(
            "TensorFlow no longer supports Macs with an Intel processor. Use another computer for the course."
        )


def make_environment():
    """Make .venv or mend it. One that was made with another version of Python is replaced."""
    import venv

    print(f"Making the environment in {ENVIRONMENT} ...", flush=True)
    try:
        venv.create(ENVIRONMENT, with_pip=True, clear=not is_of_this_version())
    except subprocess.CalledProcessError:
        stop("This Python cannot make environments. On Debian and Ubuntu: sudo apt install python3-venv")
    except OSError as error:
        stop(f"{ENVIRONMENT} cannot be written: {error.strerror}. Unpack the zip in a folder of your own.")


def is_of_this_version():
    """Tell whether .venv was made with this version of Python."""
    version = ".".join(str(number) for number in sys.version_info[:2])
    try:
        return f"version = {version}." in (ENVIRONMENT / "pyvenv.cfg").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return False


def install(*what):
    """Have the environment's pip install something."""
    pip = [str(HERE / PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.call([*pip, *what], cwd=str(HERE)) != 0:
        stop(
            "The packages could not be installed; the lines above say why. Usually there is no network, or "
            f"less than 3 GB of free space. Put that right and run this again: {COMMAND} install.py"
        )


def stop(sentence):
    """End with one sentence."""
    sys.exit(sentence)


if __name__ == "__main__":
    main()
