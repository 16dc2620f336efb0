"""A PostgreSQL server of a test's own."""

from __future__ import annotations

import os
import pwd
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))


@contextmanager
def postgresql_server(folder: Path) -> Iterator[str]:
    """Run a server whose data are in a new folder; yields the URL of an empty database."""
    binaries = POSTGRES[-1].parent
    # The server refuses to be root, and its data must be its own.
    root = os.geteuid() == 0
    owner = "postgres" if root else None
    folder = folder.resolve()
    folder.mkdir()
    if root:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        for parent in folder.parents:
            if parent.owner() == "root" and parent != Path("/tmp") and parent.is_relative_to("/tmp"):
                parent.chmod(parent.stat().st_mode | 0o011)

    def call(*command: str | Path) -> None:
        subprocess.run(
            [str(part) for part in command], check=True, capture_output=True, cwd=folder, user=owner
        )

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    call(binaries / "initdb", "--username=course", "--auth=trust", "--no-sync", folder / "data")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    control = (binaries / "pg_ctl", "--pgdata", folder / "data", "--wait")
    call(*control, "--options", options, "--log", folder / "log", "start")
    try:
        yield f"postgresql+psycopg://course@127.0.0.1:{port}/postgres"
    finally:
        call(*control, "--mode=immediate", "stop")
