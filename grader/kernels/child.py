"""What a fork of the warm parent does to be a kernel of its own."""

from __future__ import annotations

import os
import sys
import traceback
from typing import NoReturn

from grader.kernels.processes import hold_open


def become_kernel(connection_file: str, folder: str, environment: dict[str, str]) -> NoReturn:
    """Turn this freshly forked process into an IPython kernel that ends with its process.

    connection_file: as jupyter_client writes it. folder: its working folder. environment: replaces the
    parent's.
    """
    exit_code = 1
    try:
        # A process group of its own: whatever the notebook starts ends with it.
        os.setsid()
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        hold_open(connection_file)
        _run_kernel(connection_file)
        exit_code = 0
    except SystemExit as end:
        exit_code = end.code if isinstance(end.code, int) else 0
    except BaseException:
        traceback.print_exc()
    finally:
        # Exit handlers belong to the parent, which lives on.
        sys.stdout.flush()
        os._exit(exit_code)


def _run_kernel(connection_file: str) -> None:
    from ipykernel.kernelapp import IPKernelApp

    from grader.kernels.settings import prepare

    IPKernelApp.clear_instance()
    app = IPKernelApp.instance()
    # History would be a database on disk and a thread for each kernel.
    app.initialize(["-f", connection_file, "--HistoryManager.enabled=False", "--log-level=ERROR"])
    prepare()
    app.start()
