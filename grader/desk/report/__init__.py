"""The instructor's report on a class: what was learned, what was not, and what to do next."""
