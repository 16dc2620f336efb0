"""A training as a value: what it depends on, and what came of it."""
