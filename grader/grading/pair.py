"""The processes for one pass over a notebook: the student's and the judge's, or the judge's alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from grader.executor import process as processes
from grader.executor.link import Link
from grader.executor.process import Process
from grader.executor.task import JUDGE, STUDENT
from grader.grading.setting import Setting


@contextmanager
def pair(setting: Setting, roles: tuple[str, ...]) -> Iterator[dict[str, Process]]:
    """Start a process for each role, in a folder of its own, and end them afterwards."""
    started: dict[str, Process] = {}
    # Without a judge its end has to stay open: a process ends with its links.
    peers = _link_between_both()
    try:
        try:
            _start(setting, roles, peers, started)
        except processes.NotAnsweringError:
            _close_all(started.values())
            peers = _link_between_both()
            _start(setting, roles, peers, started)
        yield started
    finally:
        _close_all(started.values())


@contextmanager
def judge_alone(setting: Setting) -> Iterator[tuple[Process, Link]]:
    """Start a judge's process, and end it afterwards. It asks over the link what it would ask a student's."""
    with ExitStack() as ending:
        peer, theirs = Link.pair()
        ending.callback(peer.close)
        judge = processes.start(JUDGE, theirs, setting.modules, setting.limits)
        ending.callback(judge.close)
        judge.wait_until_begun(setting.judges_files)
        yield judge, peer


def _link_between_both() -> dict[str, Link]:
    return dict(zip((STUDENT, JUDGE), Link.pair(), strict=True))


def _start(
    setting: Setting, roles: tuple[str, ...], peers: Mapping[str, Link], started: dict[str, Process]
) -> None:
    files = {STUDENT: setting.files, JUDGE: setting.judges_files}
    for role in roles:
        pictures = setting.pictures.keys() if role == STUDENT else ()
        started[role] = processes.start(
            role,
            peers[role],
            setting.modules,
            setting.limits,
            pictures,
            draws_for_others=setting.hands_over,
        )
    for role, process in started.items():
        process.wait_until_begun(files[role])


def _close_all(running: Iterable[Process]) -> None:
    for process in running:
        process.end()
    for process in running:
        process.close()
