"""Download a data set into Keras' cache, so that Keras finds it as well."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import os
import queue
import tempfile
import threading
import urllib.error
import urllib.request
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.data.errors import DownloadError
from helpers.data.known import ImageSet

if TYPE_CHECKING:
    from rich.progress import Progress

# How many seconds a server may take to answer, name look-up included, and later between two pieces.
ANSWER_SECONDS = 3.0
PIECE_SECONDS = 10.0
_PIECE = 1 << 16


def keras_cache() -> Path:
    """The folder in which Keras keeps data sets."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "datasets"


def download(dataset: ImageSet) -> Path:
    """Download every file that Keras' cache lacks or has damaged, and return the folder.

    A file is put in place only when it is complete and its checksum is right. Raises DownloadError.
    """
    # Only a download needs it, and every notebook imports this module.
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    folder = keras_cache() / dataset.cache
    console = Console(stderr=True)
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        console=console,
        transient=True,
        disable=not (console.is_terminal or console.is_jupyter),
    )
    try:
        for name, checksum in dataset.files.items():
            target = folder / name
            if _content_checksum(target, _packed(name)) == checksum:
                continue
            try:
                folder.mkdir(parents=True, exist_ok=True)
                _fetch(dataset.address + name, target, checksum, progress)
            except (OSError, http.client.HTTPException) as error:
                reason = getattr(error, "reason", None) or error
                raise DownloadError(f"{dataset.title} could not be downloaded ({name}: {reason}).") from None
    finally:
        progress.stop()
    return folder


def _fetch(address: str, target: Path, checksum: str, progress: Progress) -> None:
    # Another process may be downloading the same file: each writes its own and puts it in place in one step.
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as part:
        try:
            with _open(address) as response:
                # Only now: where there is no network there is nothing to show.
                progress.start()
                task = progress.add_task(target.name, total=response.length)
                while piece := response.read(_PIECE):
                    part.write(piece)
                    progress.advance(task, len(piece))
            part.close()
            if _content_checksum(Path(part.name), _packed(target.name)) != checksum:
                raise OSError("what arrived is incomplete, or not the right file")
            Path(part.name).chmod(0o644)
            Path(part.name).replace(target)
        finally:
            Path(part.name).unlink(missing_ok=True)


def _open(address: str) -> http.client.HTTPResponse:
    """Connect within ANSWER_SECONDS.

    A socket's time limit does not cover looking up a name, so a thread waits for it. The thread cannot be
    stopped; a response that comes too late is closed.
    """
    answers: queue.Queue[http.client.HTTPResponse | Exception] = queue.Queue()
    too_late = threading.Event()

    def connect() -> None:
        try:
            response = urllib.request.urlopen(address, timeout=PIECE_SECONDS)
        except Exception as error:  # handed over: raised again by the thread that waits
            answers.put(error)
            return
        if too_late.is_set():
            response.close()
        answers.put(response)

    threading.Thread(target=connect, daemon=True).start()
    try:
        answer = answers.get(timeout=ANSWER_SECONDS)
    except queue.Empty:
        too_late.set()
        raise OSError(f"no answer within {ANSWER_SECONDS:g} s") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _packed(name: str) -> bool:
    return name.endswith(".gz")


def _content_checksum(path: Path, packed: bool) -> str:
    """The sha256 of a file, or of what is packed in it; empty if it cannot be read to its end."""
    total = hashlib.sha256()
    try:
        with gzip.open(path) if packed else path.open("rb") as file:
            while piece := file.read(_PIECE):
                total.update(piece)
    except (OSError, EOFError, zlib.error):
        return ""
    return total.hexdigest()
