"""What a warm parent does while nothing is asked: take over what would cost its forks time, piece by piece.

Forks give the same outputs whether they are forked before a piece or after it.
"""

from __future__ import annotations

import gc
import importlib
from collections import deque
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import partial
from select import select
from socket import socket

# A piece takes up to a second: between two of them requests get a chance.
SECONDS_OF_PATIENCE = 0.01

# What only some notebooks use.
MODULES = (
    "IPython.core.completer", "IPython.core.debugger", "IPython.core.magics", "IPython.core.oinspect",
    "IPython.extensions.storemagic", "ipywidgets",
)  # fmt: skip
# Each takes long the first time.
CELLS = (
    "def fails():\n    return 1 / 0\nfails()",
    "display('shown')\n'value'",
    "raise NotImplementedError",
    "def f(:",
)


# Data sets by what notebooks import to load them.
LOADERS = {"helpers.load_fashion_mnist": "fashion_mnist", "helpers.load_mnist": "mnist"}


def read_data(modules: Collection[str]) -> None:
    """Read the data sets that notebooks load, for all forks to share. modules: what the notebooks import."""
    for loader, dataset in LOADERS.items():
        if loader in modules:
            from helpers.data import DataError, locate

            with suppress(DataError, OSError):  # the cells that load it say so themselves
                locate(dataset)


class Warming:
    """The pieces that are still to be done, those that most notebooks need first."""

    def __init__(self) -> None:  # noqa: D107
        from grader.executor.pictures import warm as draw
        from grader.executor.shell import warm as run

        self._pieces: deque[Callable[[], None]] = deque(
            (
                *(partial(run, cell) for cell in CELLS),
                draw,
                *(partial(_import, module) for module in MODULES),
            )
        )

    def expect_many(self, modules: Sequence[str]) -> None:
        """Import these modules before all else."""
        self._pieces.extendleft(partial(_import, module) for module in reversed(modules))

    def go_on_until_asked(self, requests: socket) -> None:
        """Do piece after piece until there is a request, or nothing is left to do."""
        while self._pieces and not select([requests], [], [], SECONDS_OF_PATIENCE)[0]:
            self._pieces.popleft()()
            # Forks share these pages as long as the collector leaves them alone.
            gc.freeze()


def _import(module: str) -> None:
    with suppress(ImportError):  # cells that import it say so themselves
        importlib.import_module(module)
