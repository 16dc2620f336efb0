"""A real JupyterLab or Jupyter Notebook server in a folder, and a page of a real browser on it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Page, sync_playwright

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
# The applications, and where each opens one notebook.
LAB, NOTEBOOK = "lab", "notebook"
PLACES = {LAB: "doc/tree", NOTEBOOK: "notebooks"}
# What JupyterLab says of itself: its connections when a page is left or a kernel restarts, and its own start where
# the machine is busy.
_ITS_OWN = ("Connection lost, reconnecting", "Could not restore the debugger state", "Plugin ")


@contextmanager
def jupyter_lab(
    folder: Path,
    settings: Path,
    theme: str,
    application: str = LAB,
    variables: Mapping[str, str] | None = None,
    python: str = sys.executable,
) -> Iterator[str]:
    """Serve a folder with JupyterLab in a theme ("light" or "dark"); yields its address.

    application: LAB, or NOTEBOOK for Jupyter Notebook. variables: of the environment, for the kernels too.
    python: an interpreter that has the application.
    """
    chosen: dict[str, Mapping[str, object]] = {
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
        # All cells are in the page, also those out of sight.
        "notebook-extension/tracker": {"windowingMode": "none"},
    }
    for plugin, values in chosen.items():
        _choose(settings, plugin, values)
    use_theme(settings, theme)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = [
        application,
        "--no-browser",
        "--allow-root",
        f"--ServerApp.root_dir={folder}",
        f"--port={port}",
        "--ip=127.0.0.1",
        "--IdentityProvider.token=",
        "--ServerApp.port_retries=0",
    ]
    environment = {
        **os.environ,
        **(variables or {}),
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(settings.with_name("workspaces")),
    }
    log = settings.with_name("lab.log").open("w")
    server = subprocess.Popen(
        [python, "-m", "jupyter", *arguments],
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


def use_theme(settings: Path, theme: str) -> None:
    """Choose the theme, "light" or "dark", of the pages that are opened from now on."""
    _choose(settings, "apputils-extension/themes", {"theme": THEMES[theme]})


def _choose(settings: Path, plugin: str, values: Mapping[str, object]) -> None:
    path = settings / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values))


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(480):
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


def complaints(page: Page) -> list[str]:
    """A list that fills with every error and warning that the page, or the browser, reports from now on."""
    found: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(_ITS_OWN):
            found.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def asked(page: Page) -> list[str]:
    """The texts of the dialogs and notifications that are on the page."""
    return page.locator("dialog.jp-Dialog, .jp-Dialog-content, .Toastify__toast").all_inner_texts()


def open_notebook(page: Page, address: str, path: str, application: str = LAB) -> None:
    """Open one notebook without the side bar, and wait until the page is connected to its idle kernel."""
    page.goto(f"{address}/{PLACES[application]}/{path}")
    page.locator(".jp-Notebook").wait_for(timeout=120_000)
    # The page's own indicator says idle also while there is no kernel yet.
    deadline = time.monotonic() + 120
    while not any(
        session["path"] == path
        and session["kernel"]["execution_state"] == "idle"
        and session["kernel"]["connections"] > 0
        for session in page.request.get(f"{address}/api/sessions").json()
    ):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{path} has no idle kernel after 120 s.")
        page.wait_for_timeout(200)
    if application == LAB:
        page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=120_000)


def run_all(page: Page, seconds: float) -> None:
    """Restart the kernel and run all cells as a student does; wait until the last one is done.

    Raises if it never runs.
    """
    for _ in range(3):
        if asks := asked(page):
            raise RuntimeError(f"JupyterLab asks: {asks[0]}")
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Restart Kernel and Run All Cells…", exact=True).click()
        page.get_by_role("button", name="Confirm Kernel Restart").click()
        # JupyterLab drops what is asked of a kernel that only just connected, and shows [ ] again.
        deadline = time.monotonic() + 5
        while not _has_run(page, 0) and time.monotonic() < deadline:
            page.wait_for_timeout(100)
        if _prompt(page, 0):
            break
    deadline = time.monotonic() + seconds
    while not _has_run(page, -1):
        if time.monotonic() > deadline:
            raise TimeoutError(f"The last cell did not run within {seconds:g} s.")
        page.wait_for_timeout(100)


def outputs(page: Page) -> list[str]:
    """What is below each code cell of the page, as text."""
    return list(
        page.locator(".jp-CodeCell").evaluate_all(
            "all => all.map(cell => [...cell.querySelectorAll('.jp-OutputArea-output')]"
            ".map(each => each.innerText).join('\\n'))"
        )
    )


def _has_run(page: Page, cell: int) -> bool:
    return _prompt(page, cell).isdigit()


def _prompt(page: Page, cell: int) -> str:
    """What is in the brackets before a cell: its number once it was run, * while it waits or runs."""
    return page.locator(".jp-CodeCell .jp-InputPrompt").nth(cell).inner_text().strip("[]: ")
