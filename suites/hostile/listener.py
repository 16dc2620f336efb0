"""Servers on this machine that nobody should be able to reach from behind a wall."""

from __future__ import annotations

import selectors
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType


@dataclass(frozen=True)
class Addresses:
    """Where to listen: ports, a file, and the name of an abstract socket. meeting: a port that is left free."""

    tcp: int
    tcp6: int
    udp: int
    meeting: int
    unix: str
    abstract: str

    @classmethod
    def free(cls, folder: Path) -> Addresses:
        """Addresses that nobody has. folder: where the Unix socket will be made."""
        tcp, tcp6, udp, meeting = (_free_port() for _ in range(4))
        return cls(tcp, tcp6, udp, meeting, str(folder / "listener.sock"), f"listener-{tcp}")


class Listener:
    """Listens by TCP, UDP and Unix sockets. heard: each call and each packet, as text."""

    def __init__(self, addresses: Addresses) -> None:
        """Begin to listen. Raises OSError where that cannot be, but for IPv6, which machines may lack."""
        self.heard: list[str] = []
        self._selector = selectors.DefaultSelector()
        self._closed = threading.Event()
        Path(addresses.unix).unlink(missing_ok=True)
        self._listen(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", addresses.tcp))
        self._listen(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", addresses.udp))
        self._listen(socket.AF_UNIX, socket.SOCK_STREAM, addresses.unix)
        self._listen(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{addresses.abstract}")
        with suppress(OSError):
            self._listen(socket.AF_INET6, socket.SOCK_STREAM, ("::1", addresses.tcp6))
            self._listen(socket.AF_INET6, socket.SOCK_DGRAM, ("::1", addresses.udp))
        self._thread = threading.Thread(target=self._go_on, daemon=True)
        self._thread.start()

    def _listen(self, family: int, sort: int, address: tuple[str, int] | str) -> None:
        each = socket.socket(family, sort)
        each.bind(address)
        if sort == socket.SOCK_STREAM:
            each.listen()
        each.setblocking(False)
        self._selector.register(each, selectors.EVENT_READ)

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


def _free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as each:
        each.bind(("127.0.0.1", 0))
        return int(each.getsockname()[1])
