"""What the judge's process does: run set-up cells and check cells, with values from the student's process."""

from __future__ import annotations

import builtins
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from grader.executor.link import Link
from grader.executor.messages import Ended, Failure, Run, request
from grader.executor.shell import Cells
from grader.judge.bridge import Bridge, Fetched
from grader.judge.following import FollowChanges
from grader.judge.modules import NoneOfStudents, refuse_code_of_students
from grader.judge.recording import RecordingLink
from grader.judge.stopped import StoppedCheckError


def judge(cells: Cells, peer: Link) -> None:
    """Run the cells that the grader asks for until the links close."""
    link = RecordingLink(peer)
    bridge = Bridge(link)
    sys.meta_path.insert(0, NoneOfStudents(Path.cwd()))
    refuse_code_of_students(Path.cwd())
    follow = FollowChanges(bridge.changes, cells.namespace)
    # What cells have taken that run a second time, by their numbers.
    kept: dict[int, Fetched] = {}
    cells.shell.ast_transformers.append(follow)
    while True:
        cell = request(cells.receive())
        assert isinstance(cell, Run)
        link.begin()
        _note_seeds(bridge)
        bridge.begin(cell.classes, cell.methods)
        bridge.changes.begin(cell.shown_by_solution, finds_out=cell.finds_out)
        try:
            follow.names = _take(cells.namespace, bridge, cell, kept)
        except Exception as error:
            why = f"What it needs cannot be handed over ({type(error).__name__})."
            cells.say(Failure(StoppedCheckError.__name__, why, [why]))
            cells.say(Ended(True, StoppedCheckError.__name__, why))
            continue
        except StoppedCheckError as stopped:
            cells.say(_with_conversation(link, _said(cells, stopped)))
            continue
        link.note_taken()
        cells.run(cell, partial(_settle, cells, bridge, link))


def _settle(cells: Cells, bridge: Bridge, link: RecordingLink, ended: Ended) -> Ended:
    """Leave shared names in the student's process as the check left them here, and say how it ended."""
    stopped = bridge.stopped
    # The check has ended. What cannot be told of it now changes nothing that it said.
    with suppress(Exception, StoppedCheckError):
        bridge.bring_up_to_date()
    if stopped is not None and ended.ename != type(stopped).__name__:
        # Whatever a check catches, as by a bare `except:`: nobody knows how it would have ended.
        return _with_conversation(link, _said(cells, stopped))
    shown = tuple(sorted(bridge.changes.found_out))
    return _with_conversation(link, msgspec.structs.replace(ended, shown_by_solution=shown))


def _with_conversation(link: RecordingLink, ended: Ended) -> Ended:
    return msgspec.structs.replace(ended, conversation=link.conversation)


def _said(cells: Cells, stopped: StoppedCheckError) -> Ended:
    cells.say(Failure(type(stopped).__name__, str(stopped), [str(stopped)]))
    return Ended(True, type(stopped).__name__, str(stopped))


def _take(namespace: dict[str, Any], bridge: Bridge, cell: Run, kept: dict[int, Fetched]) -> frozenset[str]:
    """Take the student's values of the names that a check uses, or those that were kept. Give these names.

    Raises StoppedCheckError.
    """
    for name in cell.fetch:
        namespace.pop(name, None)
    if cell.again:
        fetched = kept.pop(cell.count, Fetched())
        namespace.update(bridge.values_again(fetched, cell.may_call))
    else:
        unknown = [
            name for name in cell.fetch_unknown if name not in namespace and not hasattr(builtins, name)
        ]
        names = [*cell.fetch, *unknown]
        fetched = bridge.fetch(names) if names else Fetched()
        if cell.keep:
            kept[cell.count] = fetched.copy()
        namespace.update(bridge.values(fetched))
    bridge.share(namespace, frozenset(cell.share))
    return frozenset((*cell.fetch, *fetched.named))


def _note_seeds(bridge: Bridge) -> None:
    """Have the student's process set Keras' seed as well, wherever a check sets it."""
    keras = sys.modules.get("keras")
    if keras is None or getattr(keras.utils.set_random_seed, "is_noted", False):
        return
    set_seed = keras.utils.set_random_seed

    def set_random_seed(seed: int) -> None:
        set_seed(seed)
        bridge.keras_seed = seed

    set_random_seed.is_noted = True  # type: ignore[attr-defined]
    keras.utils.set_random_seed = set_random_seed
