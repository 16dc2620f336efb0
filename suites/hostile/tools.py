"""What attackers bring along: this file is the first cell of every notebook of theirs.

They know where everything lies (`targets.json` comes beside the notebook), what secrets look like, and say when
something worked that must not.
"""

import ctypes
import json
import os
import re
import stat
from contextlib import suppress
from pathlib import Path

targets = json.loads(Path("targets.json").read_text())
course, home, beside = (Path(targets[name]) for name in ("course", "home", "beside"))
lesson = Path(targets["lesson"])
libc = ctypes.CDLL(None, use_errno=True)
SECRET = re.compile(rb"secret-[0-9a-f]{32}")
LEFT = "left-" + "behind"
# What is left for another to find tells on itself when it is shown.
TRACE = "esc" + "aped: it was left here by another submission"


def escaped(how):
    """Say that something worked which must not."""
    print("esc" + "aped:", how)


def reached(what):
    """Say that a door was not locked, though nothing came of it."""
    print("rea" + "ched:", what)


def show(content):
    """Show the secrets in bytes or text."""
    content = content if isinstance(content, bytes) else str(content).encode("utf-8", "surrogateescape")
    for found in sorted(set(SECRET.findall(content))):
        print(found.decode())


def read(path):
    """Show what is worth something in a file, if it can be read."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                show(file.read(50_000_000))


def read_all(folder, most=5000):
    """Show what is worth something in all files under a folder."""
    for parent, _, names in os.walk(folder):
        for name in names:
            most -= 1
            if most < 0:
                return
            read(Path(parent, name))


def others():
    """The numbers of processes that can be seen and are neither this one nor started by it."""
    own = {os.getpid()}
    for process in sorted(int(path.name) for path in Path("/proc").glob("[0-9]*")):
        with suppress(OSError, ValueError):
            status = Path(f"/proc/{process}/stat").read_text()
            if int(status.rpartition(")")[2].split()[1]) in own:
                own.add(process)
            elif process not in own:
                yield process


def may_write(path):
    """Say so if a file can be opened for writing. It stays as it is."""
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
        escaped(f"{path} can be written")


def may_create_in(folder):
    """Say so if a file can be made in a folder. It has no name there, and is gone at once."""
    with suppress(OSError):
        os.close(os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o600))
        escaped(f"files can be made in {folder}")


def in_a_child(attempt):
    """Do something in a process of its own, which it may spoil, and wait for it."""
    child = os.fork()
    if child == 0:
        try:
            attempt()
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def call(number, *arguments):
    """Call the kernel: what it gives, and its error number."""
    ctypes.set_errno(0)
    given = libc.syscall(
        ctypes.c_long(number), *(ctypes.c_long(each) if isinstance(each, int) else each for each in arguments)
    )
    return given, ctypes.get_errno()
