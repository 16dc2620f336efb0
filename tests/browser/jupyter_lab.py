"""A real JupyterLab server in a folder, and a page of a real browser on it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# A browser that talks to nobody but this machine, and runs as root in a container.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


@contextmanager
def jupyter_lab(folder: Path, settings: Path, theme: str) -> Iterator[str]:
    """Serve a folder with JupyterLab in a theme ("light" or "dark"); yields its address."""
    chosen = {
        "apputils-extension/themes": {"theme": THEMES[theme]},
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
        # All cells are in the page, also those out of sight.
        "notebook-extension/tracker": {"windowingMode": "none"},
    }
    for plugin, values in chosen.items():
        path = settings / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = [
        "lab",
        "--no-browser",
        "--allow-root",
        f"--notebook-dir={folder}",
        f"--port={port}",
        "--ip=127.0.0.1",
        "--IdentityProvider.token=",
        "--ServerApp.port_retries=0",
    ]
    environment = {
        **os.environ,
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(settings.with_name("workspaces")),
    }
    log = settings.with_name("lab.log").open("w")
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyter", *arguments],
        cwd=folder,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server, Path(log.name))
        yield address
    finally:
        server.terminate()
        server.wait(30)
        log.close()


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{address}/api", timeout=2).close()
        except OSError:
            time.sleep(0.25)
        else:
            return
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()}")


@contextmanager
def page_at(address: str, profile: Path) -> Iterator[Page]:
    """Open an address in Chromium with a new profile."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile), executable_path=CHROMIUM, args=list(FLAGS), viewport={"width": 1280, "height": 1600}
        )
        page = context.new_page()
        page.goto(address)
        yield page
        context.close()


def open_notebook(page: Page, address: str, path: str) -> None:
    """Open one notebook without the side bar, and wait until the page is connected to its idle kernel."""
    page.goto(f"{address}/doc/tree/{path}")
    page.locator(".jp-Notebook").wait_for(timeout=60_000)
    # The page's own indicator says idle also while there is no kernel yet.
    deadline = time.monotonic() + 60
    while not any(
        session["path"] == path
        and session["kernel"]["execution_state"] == "idle"
        and session["kernel"]["connections"] > 0
        for session in page.request.get(f"{address}/api/sessions").json()
    ):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{path} has no idle kernel after 60 s.")
        page.wait_for_timeout(200)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=60_000)


def run_all(page: Page, seconds: float) -> None:
    """Run all cells as a student does, and wait until the last one is done. Raises if it never runs."""
    for _ in range(3):
        dialog = page.locator("dialog.jp-Dialog")
        if dialog.is_visible():
            raise RuntimeError(f"JupyterLab asks: {dialog.inner_text()}")
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        # JupyterLab drops what is asked of a kernel that only just connected, and shows [ ] again.
        deadline = time.monotonic() + 3
        while not _has_run(page, 0) and time.monotonic() < deadline:
            page.wait_for_timeout(100)
        if _prompt(page, 0):
            break
    deadline = time.monotonic() + seconds
    while not _has_run(page, -1):
        if time.monotonic() > deadline:
            raise TimeoutError(f"The last cell did not run within {seconds:g} s.")
        page.wait_for_timeout(100)


def _has_run(page: Page, cell: int) -> bool:
    return _prompt(page, cell).isdigit()


def _prompt(page: Page, cell: int) -> str:
    """What stands in the brackets before a cell: its number once it was run, * while it waits or runs."""
    return page.locator(".jp-CodeCell .jp-InputPrompt").nth(cell).inner_text().strip("[]: ")
