"""Import libraries without those of their parts that no command needs: these take one to four seconds."""

from __future__ import annotations

import sys
from importlib.metadata import version
from importlib.util import find_spec, module_from_spec

# nbformat imports jsonschema, which imports these checkers for kinds of text that no notebook has, such as
# internet addresses. Their grammar takes 1 to 3 s to build at each start, and jsonschema does without them.
CHECKERS = ("rfc3987_syntax", "rfc3986_validator", "isoduration")


def leave_out_what_is_slow() -> None:
    """Have the libraries that are imported from now on come without it; for a process that is a command."""
    sys.modules.update(dict.fromkeys(CHECKERS))  # type: ignore[arg-type]
    _leave_out_server_extensions()


def _leave_out_server_extensions() -> None:
    """Have nbgrader's modules imported without the package's own first lines.

    These import its extensions of the Jupyter server, and a web server with them, for a second. All that
    other modules of nbgrader take from the package itself is its version.
    """
    spec = find_spec("nbgrader")
    if spec is None:
        return
    package = sys.modules["nbgrader"] = module_from_spec(spec)
    package.__version__ = version("nbgrader")  # type: ignore[attr-defined]
