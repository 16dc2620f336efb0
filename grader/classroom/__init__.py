"""Grade a class: in parallel, into nbgrader's gradebook, and never the same thing twice."""
