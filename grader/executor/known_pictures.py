"""How pictures that need not be drawn again are named between the grader and processes for cells.

A process knows which figures are known, but not how they look, nor what would name them: it has only a seal
of each fingerprint. Who draws such a figure has its fingerprint, and refers to the picture by that.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

REFERENCE = "picture:"
PNG = "image/png"


def seal(fingerprint: str) -> str:
    """What tells that a figure with this fingerprint is known; the fingerprint cannot be found from it."""
    return hashlib.sha256(fingerprint.encode()).hexdigest()


def with_pictures(data: dict[str, Any], pictures: Mapping[str, bytes]) -> dict[str, Any]:
    """A MIME bundle with the picture that it refers to, if it refers to one of these."""
    content = data.get(PNG)
    if isinstance(content, str) and content.startswith(REFERENCE):
        png = pictures.get(content.removeprefix(REFERENCE))
        if png is not None:
            return {**data, PNG: b64encode(png).decode("ascii")}
    return data
