"""What can be seen from behind the wall, and where: all else of this machine is not there."""

from __future__ import annotations

import importlib.util
import os
import site
import sys
from collections.abc import Iterator
from pathlib import Path

import platformdirs

# The home folder of the process that runs cells, and the folder where cells work.
HOME = Path("/home/student")
WORK = HOME / "work"
TEMPORARY = Path("/tmp")
# Where parents, and they alone, find the locks of cores.
CORES = Path("/run/cores")
# The same for control groups.
GROUPS = Path("/run/groups")
# Matplotlib reads its list of fonts from here; making one takes seconds.
MATPLOTLIB = TEMPORARY / "matplotlib"
CACHE = "training-neural-networks"
# In there: the locks of cores, one folder for each host.
LOCKS = "cores"
# The size of each folder that can be written to: home, /tmp and /dev/shm.
MOST_BYTES = 512 * 1024**2
# In each process: the system has a limited number for all.
MOST_OPEN_FILES = 1024
# In the grader and its parents, where the system allows it. Files on their way from one process to another
# count for all of a user's, and nobody whose limit is below that number can hand over any. So what a student
# runs has a part of what a parent has.
MOST_OPEN_FILES_OF_A_PARENT = 4096
PARENTS_TO_STUDENTS = 4

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/sys/devices/system/cpu")
OF_ETC = (
    "alternatives", "fonts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types",
    "os-release", "protocols", "services", "ssl/certs", "ssl/openssl.cnf", "timezone",
)  # fmt: skip


def of_system() -> list[Path]:
    """Programs and libraries of the system, and the settings that they read."""
    return [Path(each) for each in (*SYSTEM, *(f"/etc/{name}" for name in OF_ETC)) if Path(each).exists()]


def of_python() -> list[Path]:
    """The interpreter with its packages, and this project's own."""
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, *site.getsitepackages()}
    if site.ENABLE_USER_SITE:
        prefixes.add(site.getusersitepackages())
    interpreter = Path(sys.executable).resolve().parent.parent
    named = {*map(Path, prefixes), interpreter, *_python_path()}
    return _outermost([path for path in (*named, *own_packages()) if path.is_dir()])


def own_packages() -> list[Path]:
    """`helpers`, which students use, and `grader`, which only parents see."""
    # Importing it would bring NumPy along, which takes longer than all else here.
    spec = importlib.util.find_spec("helpers")
    assert spec is not None
    assert spec.origin is not None
    return [Path(spec.origin).resolve().parent, grader_folder()]


def grader_folder() -> Path:
    """Where this project's grader lies."""
    return Path(__file__).resolve().parent.parent


def of_data() -> dict[Path, Path]:
    """Folders with data sets, by where they are seen from behind the wall."""
    # As `helpers.data` and Keras itself find it.
    keras = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "datasets"
    beside = own_packages()[0].parent / "data"
    found = {keras: HOME / ".keras" / "datasets", own_cache(): HOME / ".cache" / CACHE, beside: beside}
    named = os.environ.get("COURSE_DATA")
    if named:
        found[Path(named).absolute()] = Path(named).absolute()
    return {here: there for here, there in found.items() if here.is_dir()}


def own_cache() -> Path:
    """Where data sets that this project makes are kept."""
    return platformdirs.user_cache_path(CACHE)


def fonts() -> Iterator[Path]:
    """Matplotlib's lists of the fonts that this machine has."""
    folder = os.environ.get("MPLCONFIGDIR") or platformdirs.user_cache_path("matplotlib")
    yield from Path(folder).glob("fontlist-*.json")


def _python_path() -> Iterator[Path]:
    """Folders that PYTHONPATH names, but for one that holds more of the course than `helpers`."""
    for name in filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)):
        folder = Path(name).absolute()
        if not grader_folder().is_relative_to(folder.resolve()):
            yield folder


def _outermost(paths: list[Path]) -> list[Path]:
    """Paths without those below another one of them, or below what the system shows anyway."""
    roots = [*map(Path, SYSTEM), *paths]
    return sorted(
        path for path in set(paths) if not any(path.is_relative_to(root) for root in roots if root != path)
    )
