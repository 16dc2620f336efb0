"""Downloads, from a server of the test's own: whole files only, into Keras' cache, and once per process."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from helpers.data import (
    DownloadError,
    StandInWarning,
    download,
    fetch,
    known,
    load_fashion_mnist,
    load_mnist,
    locate,
    read,
)
from helpers.data.arrays import digest
from tests.helpers.sample_data import bare_machine, new_process, publish, sample, write_idx

FASHION, DIGITS = sample(11), sample(12)


class Server(ThreadingHTTPServer):
    """Serves a folder; `cut` sends only half of a file although it announces the whole."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.cut: set[str] = set()
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        name = self.path.lstrip("/")
        self.server.asked.append(name)
        path = self.server.folder / name
        if not path.is_file():
            self.send_error(503)
            return
        content = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if name in self.server.cut else content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    bare_machine(monkeypatch, tmp_path / "home")
    with Server(tmp_path / "served") as serving:
        publish(monkeypatch, "fashion_mnist", FASHION, serving.folder, serving.address)
        publish(monkeypatch, "mnist", DIGITS, serving.folder, serving.address)
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "home" / "keras" / "datasets"


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_load_downloads_what_is_missing_to_where_keras_looks(
    server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert digest(load_fashion_mnist()) == digest(FASHION)
    assert digest(load_mnist()) == digest(DIGITS)
    for name in ("fashion_mnist", "mnist"):
        assert (locate(name).kind, locate(name).real) == ("download", True)
    assert files(cache) == {f"fashion-mnist/{name}.gz" for name in known.IDX_FILES} | {"mnist.npz"}
    asked = len(server.asked)

    new_process(monkeypatch)
    assert digest(load_fashion_mnist()) == digest(FASHION)
    assert digest(load_mnist()) == digest(DIGITS)
    assert {locate(name).kind for name in ("fashion_mnist", "mnist")} == {"cache"}
    assert len(server.asked) == asked


@pytest.mark.usefixtures("server")
def test_keras_finds_what_was_downloaded() -> None:
    fetch("fashion_mnist")
    code = (
        "import keras, numpy as np; (x, y), (a, b) = keras.datasets.fashion_mnist.load_data();"
        "print(x.shape, int(x[0, 5, 6]), int(a[-1, 5, 6]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "(60000, 28, 28) 11 11"
    assert "ownloading" not in done.stdout


def test_neither_locate_nor_read_uses_the_network(server: Server) -> None:
    assert locate("mnist").kind == "stand-in"
    assert read("mnist")[1].kind == "stand-in"
    assert server.asked == []


def test_fetch_downloads_only_what_is_missing(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_idx(tmp_path / "mine", sample(3), packed=False)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "mine"))
    assert fetch("fashion_mnist").kind == "folder"
    assert server.asked == []
    monkeypatch.delenv("COURSE_DATA")
    assert fetch("fashion_mnist").kind == "download"
    assert fetch("fashion_mnist").kind == "download"
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    "damage", [lambda content: content[:-9], lambda _: b"", lambda content: content[:50] * 9]
)
def test_a_damaged_file_in_the_cache_is_replaced_and_only_that(server: Server, cache: Path, damage) -> None:
    publishable = server.folder / "train-labels-idx1-ubyte.gz"
    for name in known.IDX_FILES:
        (cache / "fashion-mnist").mkdir(parents=True, exist_ok=True)
        (cache / "fashion-mnist" / f"{name}.gz").write_bytes((server.folder / f"{name}.gz").read_bytes())
    damaged = cache / "fashion-mnist" / "train-labels-idx1-ubyte.gz"
    damaged.write_bytes(damage(publishable.read_bytes()))
    assert digest(load_fashion_mnist()) == digest(FASHION)
    assert server.asked == ["train-labels-idx1-ubyte.gz"]
    assert damaged.read_bytes() == publishable.read_bytes()


@pytest.mark.parametrize("name", ["train-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"])
def test_a_download_that_breaks_off_leaves_nothing_half(server: Server, cache: Path, name: str) -> None:
    server.cut.add(name)
    with pytest.raises(
        DownloadError, match=f"Fashion-MNIST could not be downloaded .{name}: .*incomplete"
    ) as caught:
        fetch("fashion_mnist")
    assert "\n" not in str(caught.value)
    assert not any(name in path for path in files(cache))
    with pytest.warns(StandInWarning):
        assert digest(load_fashion_mnist()) == digest(sample(201))

    server.cut.clear()
    assert fetch("fashion_mnist").real
    assert digest(load_fashion_mnist()) == digest(FASHION)


def test_a_file_with_the_wrong_checksum_is_refused(server: Server, cache: Path) -> None:
    write_idx(server.folder, sample(13), packed=True)
    with pytest.raises(DownloadError, match="not the right file"):
        fetch("fashion_mnist")
    assert files(cache) == set()


def test_the_network_is_tried_once_per_process(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in server.folder.iterdir():
        path.unlink()
    with pytest.warns(StandInWarning, match="Fashion-MNIST"):
        load_fashion_mnist()
    with pytest.warns(StandInWarning, match="stand-in for MNIST"):
        load_mnist()
    load_fashion_mnist()
    assert len(server.asked) == 1
    new_process(monkeypatch)
    with pytest.warns(StandInWarning):
        load_mnist()
    assert len(server.asked) == 2


def test_no_network_at_all_gives_the_stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare_machine(monkeypatch, tmp_path / "home")
    with pytest.raises(DownloadError, match="MNIST could not be downloaded"):
        fetch("mnist")
    with pytest.warns(StandInWarning):
        assert digest(load_mnist()) == digest(sample(202))


def test_a_resolver_that_never_answers_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bare_machine(monkeypatch, tmp_path / "home")
    never = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: never.wait())
    monkeypatch.setattr(download, "ANSWER_SECONDS", 0.05)
    # Without its limit this would wait for ever.
    with pytest.raises(DownloadError, match=r"no answer within 0\.05 s"):
        fetch("mnist")
    never.set()


@pytest.mark.usefixtures("server")
def test_a_cache_that_cannot_be_written_to_gives_the_stand_in(cache: Path) -> None:
    cache.parent.mkdir(parents=True)
    cache.write_text("a file where a folder should be")
    with pytest.warns(StandInWarning):
        assert digest(load_mnist()) == digest(sample(202))


@pytest.mark.usefixtures("server")
def test_two_processes_that_download_at_once(cache: Path) -> None:
    dataset = known.IMAGE_SETS["fashion_mnist"]
    code = f"""
import dataclasses
from helpers.data import known, load_fashion_mnist, locate
known.IMAGE_SETS["fashion_mnist"] = dataclasses.replace(
    known.FASHION_MNIST, address={dataset.address!r}, files={dict(dataset.files)!r}, digest={dataset.digest!r}
)
load_fashion_mnist()
print(locate("fashion_mnist").real, locate("fashion_mnist").digest)
"""
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for process in both:
        out, errors = process.communicate()
        assert (out.split(), errors) == (["True", digest(FASHION)], "")
    assert files(cache) == {f"fashion-mnist/{name}.gz" for name in known.IDX_FILES}
