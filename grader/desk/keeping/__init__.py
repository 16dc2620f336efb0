"""Students' data and marks: forget a student, back up, restore, and move the gradebook."""
