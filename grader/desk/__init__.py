"""What leaves the course: pages for students, which hold nothing hidden and can do nothing."""
