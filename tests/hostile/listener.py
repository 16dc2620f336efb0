"""Servers on this machine that nobody should be able to reach from behind a wall."""

from __future__ import annotations

import selectors
import socket
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType


class Listener:
    """Listens by TCP, UDP and Unix sockets. heard: each call and each packet, as text."""

    def __init__(self, folder: Path) -> None:
        """Begin to listen. folder: where its Unix socket is made."""
        self.heard: list[str] = []
        self._selector = selectors.DefaultSelector()
        self._closed = threading.Event()
        path = folder / "listener.sock"
        path.unlink(missing_ok=True)
        tcp = self._listen(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
        tcp6 = self._listen(socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0))
        udp = self._listen(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
        self._listen(socket.AF_INET6, socket.SOCK_DGRAM, ("::1", udp))
        self._listen(socket.AF_UNIX, socket.SOCK_STREAM, str(path))
        abstract = f"listener-{tcp}"
        self._listen(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{abstract}")
        # How attackers reach it.
        self.addresses = {"tcp": tcp, "tcp6": tcp6, "udp": udp, "unix": str(path), "abstract": abstract}
        self._thread = threading.Thread(target=self._go_on, daemon=True)
        self._thread.start()

    def _listen(self, family: int, sort: int, address: tuple[str, int] | str) -> int:
        """Listen there, as far as this machine can: the number of the port, 0 where there is none."""
        with suppress(OSError):
            each = socket.socket(family, sort)
            each.bind(address)
            if sort == socket.SOCK_STREAM:
                each.listen()
            each.setblocking(False)
            self._selector.register(each, selectors.EVENT_READ)
            name = each.getsockname()
            return int(name[1]) if isinstance(name, tuple) else 0
        return 0

    def _go_on(self) -> None:
        while not self._closed.is_set():
            for key, _ in self._selector.select(0.1):
                server = key.fileobj
                assert isinstance(server, socket.socket)
                with suppress(OSError):
                    if server.type == socket.SOCK_STREAM:
                        server.accept()[0].close()
                        self.heard.append(f"a call to {server.getsockname()!r}")
                    else:
                        self.heard.append(f"{server.recv(1000)!r} at {server.getsockname()!r}")

    def __enter__(self) -> Listener:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed.set()
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as each:
        each.bind(("127.0.0.1", 0))
        return int(each.getsockname()[1])
