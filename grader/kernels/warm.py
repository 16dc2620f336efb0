"""Start warm parents and find the one that has imported what a notebook needs."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

# Each kernel computes with one thread: there are as many kernels as cores. In a parent with one thread,
# forking is safe.
ONE_THREAD = dict.fromkeys(
    (
        *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"),
        *("NUMEXPR_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"),
    ),
    "1",
)
# Matplotlib reads its backend when it is imported; TensorFlow how much it logs.
SETTINGS = {
    **ONE_THREAD,
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    # The order of a set of words is the same each time a submission is graded.
    "PYTHONHASHSEED": "0",
}
# What each kernel imports before its first cell, as far as importing starts no thread.
KERNEL_MODULES = (
    *("ipykernel.kernelapp", "ipykernel.debugger", "ipykernel.pylab.backend_inline", "ipywidgets"),
    *("IPython.core.completer", "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.logger"),
    *("IPython.core.magics", "IPython.core.oinspect", "IPython.extensions.storemagic"),
    *("tornado.platform.asyncio", "numpy.random", "matplotlib_inline.config", "matplotlib.pyplot"),
    *("grader.kernels.settings", "grader.kernels.quick_training", "grader.kernels.witness"),
)


class NoWarmKernelsError(Exception):
    """Kernels cannot be forked here; the message says why."""


class WarmParent:
    """A running warm parent. modules: what it imported. address: the socket that takes requests."""

    def __init__(self, modules: frozenset[str]) -> None:
        """Start it and wait until it has imported all. Raises NoWarmKernelsError where it may not fork."""
        if not sys.platform.startswith("linux"):
            raise NoWarmKernelsError(f"forking kernels is not safe on {sys.platform}")
        self.modules = modules
        # Short: a socket's path has at most 108 bytes.
        self._folder = tempfile.TemporaryDirectory(prefix="warm-", dir="/tmp")
        self.address = str(Path(self._folder.name) / "socket")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "grader.kernels.parent", self.address, *KERNEL_MODULES, *sorted(modules)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **SETTINGS},
            # Ctrl-C is for the grader, which ends its kernels in order.
            start_new_session=True,
        )
        assert self._process.stdout is not None
        ready = self._process.stdout.readline()
        if not ready:
            self.close()
            raise NoWarmKernelsError("the process to fork kernels from did not start")
        threads = json.loads(ready)["threads"]
        if threads > 1:
            self.close()
            raise NoWarmKernelsError(f"importing {', '.join(sorted(modules))} starts {threads - 1} threads")

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End it and all its kernels."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()


class WarmParents:
    """The warm parents of this process, started when first needed and ended with it."""

    def __init__(self) -> None:  # noqa: D107
        self._parents: list[WarmParent] = []
        self._refused: dict[frozenset[str], NoWarmKernelsError] = {}
        self._lock = threading.Lock()

    def parent_for(self, modules: Iterable[str]) -> WarmParent:
        """A parent that has imported at least these modules. Raises NoWarmKernelsError."""
        wanted = frozenset(modules)
        with self._lock:
            for parent in self._parents:
                if wanted <= parent.modules and parent.is_alive:
                    return parent
            if wanted in self._refused:
                raise self._refused[wanted]
            try:
                self._parents.append(WarmParent(wanted))
            except NoWarmKernelsError as refusal:
                self._refused[wanted] = refusal
                raise
            return self._parents[-1]

    def start_early(self, modules: Iterable[str]) -> None:
        """Begin to start a parent while this process does other things."""

        def start() -> None:
            with suppress(NoWarmKernelsError):  # told again to whoever asks for a kernel
                self.parent_for(modules)

        threading.Thread(target=start, daemon=True).start()

    def close(self) -> None:
        """End all parents."""
        with self._lock:
            for parent in self._parents:
                parent.close()
            self._parents.clear()


PARENTS = WarmParents()
atexit.register(PARENTS.close)
