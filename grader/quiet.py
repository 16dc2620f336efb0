"""Keep what kernels and TensorFlow write to the terminal out of the commands' progress."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kernels_quiet() -> Iterator[None]:
    """Send standard error of this process and its children to nowhere.

    A kernel's own standard error goes into the notebook in any case; what reaches the terminal as well are
    TensorFlow's remarks about the machine, from below Python.
    """
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        try:
            # The client of a kernel that an error left behind complains as it is collected.
            gc.collect()
        finally:
            # Also where a Ctrl-C comes just now, of which there is a line to be shown.
            os.dup2(kept, 2)
            os.close(kept)
            os.close(nowhere)
