"""The instructor's desk: take hand-ins in, report on a class, give feedback, export marks, keep the data."""
