"""How tests look for input that breaks something: the same examples each time, as many as are asked for."""

from __future__ import annotations

from hypothesis import HealthCheck, settings


def with_examples(examples: int) -> settings:
    """Settings for that many examples, however long each takes."""
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
