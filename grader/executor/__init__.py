"""Run the cells of a notebook: in forks of a warm parent, with the outputs of an ordinary kernel."""
