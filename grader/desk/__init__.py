"""What leaves the course for a student: pages that hold nothing hidden and can do nothing."""
