"""Making lessons: what an author writes becomes notebooks and tables."""
