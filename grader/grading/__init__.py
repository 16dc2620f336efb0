"""Grade notebooks, one at a time: bytes in, marks out, without a gradebook or a course folder."""
