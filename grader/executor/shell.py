"""The shell that runs cells: IPython's own, as in a Jupyter kernel, with its outputs going to a link."""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import getpass
import io
import sys
import threading
import types
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ipykernel import zmqshell
from ipykernel.compiler import XCachingCompiler
from ipykernel.kernelbase import Kernel
from IPython.core.error import UsageError
from jupyter_client.session import Session
from traitlets.config import Config

from grader.executor.link import Link, Received
from grader.executor.messages import (
    Clear,
    Display,
    Drawn,
    Ended,
    Failure,
    Output,
    Result,
    Run,
    Said,
    Stream,
    encoded,
    request,
)
from grader.executor.pictures import KnownPictures, install
from grader.executor.streams import Name, Streams

INLINE = "module://matplotlib_inline.backend_inline"


class ZMQInteractiveShell(zmqshell.ZMQInteractiveShell):
    """The shell of a Jupyter kernel, without a kernel. Libraries know a notebook by the name of its class."""

    def enable_gui(self, gui: Any = None) -> None:
        """There is no event loop of a window system here."""
        if gui not in (None, "inline"):
            raise UsageError(f"There are no windows here: {gui!r} cannot be enabled.")

    def ask_exit(self) -> None:
        """Let the process go on: a cell that asks to end must not cost the exercises after it."""
        self.exit_now = False


class _Outputs(Session):
    """What the shell's display hooks take for a session: it turns their messages into those of a link."""

    def __init__(self) -> None:
        super().__init__(key=b"")
        # None as long as nobody listens.
        self.link: Link | None = None
        # The streams' thread sends as well.
        self._lock = threading.Lock()

    def send(  # type: ignore[override]
        self, _socket: Any, message: Any, content: Any = None, *_: Any, **__: Any
    ) -> None:
        kind = message if isinstance(message, str) else message["msg_type"]
        content = content if isinstance(message, str) else message["content"]
        output = _as_output(kind, content)
        if output is not None:
            self.say(output)

    def say(self, output: Said) -> None:
        if self.link is not None:
            with self._lock:
                self.link.send(encoded(output))

    def send_bytes(self, message: bytes, buffers: Sequence[Any]) -> None:
        if self.link is not None:
            with self._lock:
                self.link.send(message, buffers)

    def say_text(self, name: Name, text: str) -> None:
        self.say(Stream(name, text))


def _as_output(kind: str, content: dict[str, Any]) -> Output | None:
    if kind in ("display_data", "update_display_data"):
        display_id = (content.get("transient") or {}).get("display_id")
        return Display(
            content["data"],
            content["metadata"] or {},
            None if display_id is None else str(display_id),
            update=kind == "update_display_data",
        )
    if kind == "execute_result":
        return Result(content["data"], content["metadata"] or {})
    if kind == "error":
        return Failure(content["ename"], content["evalue"], content["traceback"])
    if kind == "clear_output":
        return Clear(bool(content["wait"]))
    return None


class Cells:
    """Runs cells, one after the other, in one namespace."""

    def __init__(self, link: Link) -> None:
        """Make the shell, and take over this process's streams. link: where outputs go."""
        self._link = link
        self._shell, self._outputs = _MADE.pop() if _MADE else _make_shell()
        sys.modules["__main__"] = self._shell.user_module
        self._outputs.link = link
        self._streams = Streams(self._outputs.say_text)
        self._pictures = KnownPictures()
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)

    @property
    def shell(self) -> ZMQInteractiveShell:
        """IPython's shell."""
        return self._shell

    @property
    def namespace(self) -> dict[str, Any]:
        """The names that cells see."""
        namespace: dict[str, Any] = self._shell.user_ns
        return namespace

    def receive(self) -> bytearray:
        """Wait for the grader's next request."""
        message, _ = self._link.receive()
        return message

    def say(self, output: Said) -> None:
        """Say something to the grader."""
        self._outputs.say(output)

    def ask(self, message: bytes, buffers: Sequence[Any]) -> Received:
        """Ask the grader for something in the middle of a cell, and wait for its answer."""
        self._streams.flush()
        self._outputs.send_bytes(message, buffers)
        return self._link.receive()

    def run_next(self) -> None:
        """Wait for the next request, and do it."""
        asked = request(self.receive())
        if isinstance(asked, Run):
            self.run(asked)
        else:
            self.say(Drawn(self._pictures.drawn()))

    def draw_with(self, pictures: KnownPictures) -> None:
        """Have figures drawn, or not drawn again, by these pictures."""
        self._pictures = pictures
        install(self._shell, pictures)

    def run(self, cell: Run, afterwards: Callable[[Ended], Ended] = lambda ended: ended) -> None:
        """Run a cell, and say how it ended. afterwards: what else to do before; it may know better."""
        ended = afterwards(self._loop.run_until_complete(self._run(cell)))
        self._streams.flush()
        self._outputs.say(ended)

    def call(self, function: Any) -> Any:
        """Call a function as a cell calls one: while the loop runs that asynchronous code expects."""

        async def call() -> Any:
            return function()

        return self._loop.run_until_complete(call())

    def flush(self) -> None:
        """Say what was printed up to now."""
        self._streams.flush()

    def wait(self, peer: Link) -> bool:
        """Wait for a message, while asynchronous code goes on; whether it is the peer's."""

        async def wait() -> bool:
            first: asyncio.Future[bool] = self._loop.create_future()

            def note(is_peer: bool) -> None:
                if not first.done():
                    first.set_result(is_peer)

            self._loop.add_reader(self._link, note, False)
            self._loop.add_reader(peer, note, True)
            try:
                return await first
            finally:
                self._loop.remove_reader(self._link)
                self._loop.remove_reader(peer)

        return self._loop.run_until_complete(wait())

    async def _run(self, cell: Run) -> Ended:
        """As ipykernel's IPythonKernel.do_execute does it."""
        shell: Any = self._shell
        shell.execution_count = cell.count
        with _no_input():
            try:
                code = shell.transform_cell(cell.source)
                refusal = None
            except Exception:
                code, refusal = cell.source, sys.exc_info()
            options: dict[str, Any] = {"store_history": True, "silent": False}
            try:
                runs_async = shell.should_run_async(
                    cell.source, transformed_cell=code, preprocessing_exc_tuple=refusal
                )
            except RecursionError as too_deep:  # for IPython, as it would be for Python
                shell.showtraceback()
                return Ended(True, type(too_deep).__name__, str(too_deep))
            if runs_async:
                result = None
                try:
                    result = await shell.run_cell_async(
                        cell.source, transformed_cell=code, preprocessing_exc_tuple=refusal, **options
                    )
                finally:
                    shell.events.trigger("post_execute")
                    shell.events.trigger("post_run_cell", result)
            else:
                result = shell.run_cell(cell.source, **options)
        # By identity: an exception of a student's may say of itself that it is false.
        error = result.error_in_exec if result.error_before_exec is None else result.error_before_exec
        if error is not None or shell._last_traceback_during_displayhook:
            slips, relation = _seen_by_check(error)
            return Ended(True, type(error).__name__, _text(error), slips=slips, relation=relation)
        return Ended(failed=False, number=_number(result.result))


def _text(error: BaseException | None) -> str:
    try:
        return str(error)
    except Exception:  # a student's own exception may fail at this as well
        return ""


def _seen_by_check(error: BaseException | None) -> tuple[tuple[str, ...], str]:
    """The names of the slips and the relation that a check of the kit saw, if such a check ended the cell."""
    kit = sys.modules.get("helpers.kit.exercise")
    if kit is None or type(error) is not kit.NotYet:
        return (), ""
    found: Any = error
    return tuple(slip.slip for slip in found.outcome.slips), found.outcome.relation


def _number(value: Any) -> str:
    """The value as part marks, if it is a number. True and False do not count as numbers, as in nbgrader.

    A fraction, a decimal and an array without axes do: right answers may give them.
    """
    import numpy as np

    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    kinds = (int, float, np.integer, np.floating, Fraction, Decimal)
    if isinstance(value, kinds) and not isinstance(value, bool):
        try:
            return repr(float(value))
        except OverflowError:
            return "inf" if value > 0 else "-inf"
    return ""


# A shell that was made before this process was forked.
_MADE: list[tuple[ZMQInteractiveShell, _Outputs]] = []


def make_early() -> None:
    """Make a shell now, for the processes that will be forked from this one."""
    _MADE.append(_make_shell())


def warm(source: str) -> None:
    """Run a cell in the shell that was made early, and forget what came of it."""
    shell: Any = _MADE[-1][0]
    kept = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = io.StringIO()
    try:
        shell.run_cell(source, store_history=True)
    finally:
        sys.stdout, sys.stderr = kept
    shell.reset(new_session=True)


def _make_shell() -> tuple[ZMQInteractiveShell, _Outputs]:
    outputs = _Outputs()
    # History would be a database on disk, and a thread for each shell.
    config = Config(HistoryManager={"enabled": False})
    module = types.ModuleType("__main__", "Created for the cells of a notebook.")
    shell: ZMQInteractiveShell = ZMQInteractiveShell.instance(
        config=config, user_module=module, user_ns=vars(module), compiler_class=XCachingCompiler
    )
    displays: Any = shell.displayhook, shell.display_pub
    for display in displays:
        display.session = outputs
    displays[0].topic = b"execute_result"
    _draw_inline(shell)
    return shell, outputs


def _draw_inline(shell: ZMQInteractiveShell) -> None:
    """Show figures as a notebook does: Matplotlib was imported before there was a shell to tell."""
    if "matplotlib_inline.backend_inline" in sys.modules:
        from IPython.core.pylabtools import activate_matplotlib
        from matplotlib_inline.backend_inline import configure_inline_support

        activate_matplotlib(INLINE)
        configure_inline_support(shell, INLINE)


@contextlib.contextmanager
def _no_input() -> Iterator[None]:
    """Refuse input as a kernel does whose frontend takes none."""
    kernel = types.SimpleNamespace(_allow_stdin=False)
    kept = builtins.input, getpass.getpass
    builtins.input = types.MethodType(Kernel.raw_input, kernel)
    getpass.getpass = types.MethodType(Kernel.getpass, kernel)
    try:
        yield
    finally:
        builtins.input, getpass.getpass = kept
