"""Import TensorFlow without its remarks on the computer, about which students can do nothing.

Its libraries write them to the standard error of the process, and a notebook shows them in red: that oneDNN
is on, that there is no graphics card, which instructions of the processor another build would use.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from helpers.when_imported import Load, when_imported
from helpers.widgets import is_watched

STANDARD_ERROR = 2
LOWEST_LEVEL, ERRORS = "TF_CPP_MIN_LOG_LEVEL", "2"
# Where Linux has graphics cards that TensorFlow can use: NVIDIA's, AMD's, and those of Windows below WSL.
GRAPHICS_CARDS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")
# A line of a log below "fatal", as TensorFlow's libraries begin it, or one that belongs to such a line.
REMARK = re.compile(
    rb"[IWE]\d{4} [\d:.]+ +\d+ \S+:\d+\] "
    rb"|[\d-]+ [\d:.]+: [IWE] \S+:\d+\] "
    rb"|WARNING: All log messages before absl::InitializeLog\(\) is called"
    rb"|To enable the following instructions: "
)


def quieten_tensorflow() -> None:
    """Where somebody works in a notebook, have the first import of TensorFlow say nothing of the computer."""
    if is_watched() and "tensorflow" not in sys.modules:
        when_imported("tensorflow", _import_quietly)


@contextmanager
def without_remarks() -> Iterator[None]:
    """Leave out what TensorFlow's libraries remark; whatever else is written comes at the end."""
    with tempfile.TemporaryFile() as written:
        kept = os.dup(STANDARD_ERROR)
        os.dup2(written.fileno(), STANDARD_ERROR)
        try:
            yield
        finally:
            os.dup2(kept, STANDARD_ERROR)
            os.close(kept)
            written.seek(0)
            for line in written:
                if not REMARK.match(line):
                    os.write(STANDARD_ERROR, line)


def _import_quietly(load: Load, module: ModuleType) -> None:
    """Load TensorFlow; where there is no graphics card, let it find that out at once, and say so here."""
    # Some of its libraries remark on types of numbers at every training. They read this when they are loaded.
    os.environ.setdefault(LOWEST_LEVEL, ERRORS)
    with without_remarks():
        load(module)
        if not any(map(os.path.exists, GRAPHICS_CARDS)):
            # What a program may choose of cards, it has to choose before the first operation.
            module.zeros(1)
