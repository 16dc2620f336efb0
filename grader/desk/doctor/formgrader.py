"""Formgrader, where people mark by hand: whether JupyterLab has it switched on."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_config_path, jupyter_path
from jupyter_server.extension.config import ExtensionConfigManager

from grader.desk.doctor.finding import Finding, State

SERVER_PART = "nbgrader.server_extensions.formgrader"
BROWSER_PART = "@jupyter/nbgrader"


def formgrader() -> Finding:
    """Whether both of its parts, that of the server and that of the browser, are there and enabled."""
    manager: Any = ExtensionConfigManager(read_config_path=jupyter_config_path())
    enabled = manager.get_jpserver_extensions()
    missing = []
    if not enabled.get(SERVER_PART):
        missing.append("the server's part is not enabled")
    folders = [Path(folder) / BROWSER_PART for folder in jupyter_path("labextensions")]
    if not any(folder.is_dir() for folder in folders):
        missing.append("the browser's part is not installed")
    elif BROWSER_PART in _disabled():
        missing.append("the browser's part is disabled")
    if missing:
        return Finding(
            "Formgrader", State.WARNING, f"{'; '.join(missing)}: nobody can mark by hand here",
            "jupyter server extension enable --sys-prefix --py nbgrader; "
            f"jupyter labextension enable {BROWSER_PART}",
        )  # fmt: skip
    return Finding("Formgrader", State.OK, "enabled; start it in the course's folder: jupyter lab")


def _disabled() -> set[str]:
    """The parts of JupyterLab that somebody switched off."""
    found: set[str] = set()
    for folder in jupyter_config_path():
        with suppress(OSError, ValueError, AttributeError, TypeError):
            page = json.loads((Path(folder) / "labconfig" / "page_config.json").read_text(encoding="utf-8"))
            disabled = page.get("disabledExtensions", {})
            found |= {name for name in disabled if isinstance(disabled, list) or disabled[name]}
    return found
