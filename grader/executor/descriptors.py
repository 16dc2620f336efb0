"""The open files of a process."""

from __future__ import annotations

import os
from collections.abc import Iterable


def close_all_but(kept: Iterable[int]) -> None:
    """Close every descriptor above the standard ones but these."""
    low = 3
    for descriptor in (*sorted(kept), os.sysconf("SC_OPEN_MAX")):
        os.closerange(low, descriptor)
        low = descriptor + 1
