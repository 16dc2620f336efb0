"""The wall, which is not asked but tried."""

from __future__ import annotations

import shutil
import subprocess

from grader.desk.doctor.finding import Finding, State
from grader.executor.trial import OPTIONAL, STOPPED_BY_SECCOMP, Trial, try_wall
from grader.wall.system_calls import compiled


def wall() -> Finding:
    """Whether a process for cells, run as a submission is, can do what no submission may."""
    return judged(try_wall())


def judged(trial: Trial) -> Finding:
    """What a trial of the wall means."""
    if trial.refusal:
        advice = "Install bubblewrap: apt-get install bubblewrap libseccomp2"
        if shutil.which("bwrap"):
            advice = (
                "Allow user namespaces: on Ubuntu from 24.04 on by an AppArmor profile for bwrap, in a "
                "container in the settings of its runtime"
            )
        return Finding("wall", State.FAILS, f"Not available: {trial.refusal}", advice)
    done = [name for name, succeeded in trial.succeeded.items() if succeeded]
    tried = len(trial.succeeded)
    if not done:
        return Finding("wall", State.OK, f"holds: it stopped all {tried} attempts ({_bubblewrap()})")
    found = f"{len(done)} of {tried} attempts to get out succeeded. A submission can {', and '.join(done)}"
    if not compiled() and STOPPED_BY_SECCOMP.issuperset(done):
        advice = "Install libseccomp: apt-get install libseccomp2"
    else:
        advice = "Do not grade here; report this machine"
    return Finding("wall", State.WARNING if OPTIONAL.issuperset(done) else State.FAILS, found, advice)


def _bubblewrap() -> str:
    told = subprocess.run(["bwrap", "--version"], capture_output=True, text=True, check=False)
    return told.stdout.strip() or "bubblewrap"
