"""What a process for cells is started for."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from grader.executor.supervisor import Confinement

STUDENT, JUDGE, TRAINER = "student", "judge", "trainer"
# How large a packet may be that asks a warm parent for something.
MOST_IN_A_PACKET = 1024 * 1024


@dataclass(frozen=True)
class Task:
    """What a process is for.

    role: whose cells it runs. environment: replaces the one it inherited. memory: the bytes that it may own
    beyond what it starts with. is_walled: whether it is shut in. draws_for_others: whether its pictures are
    asked for. shared_core: the core of a process that waits for this one.
    """

    role: str
    environment: Mapping[str, str]
    memory: float
    is_walled: bool
    draws_for_others: bool = False
    shared_core: int | None = None

    @property
    def confinement(self) -> Confinement:
        """What its process may do."""
        trains = "keras" in sys.modules and self.role == STUDENT
        return Confinement(
            self.memory,
            self.is_walled,
            hides_grader=self.role == STUDENT,
            core=trains,
            shared_core=self.shared_core,
        )
