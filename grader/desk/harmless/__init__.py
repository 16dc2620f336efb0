"""What others wrote, made harmless: it may be read, and can neither run, load, submit nor cover anything."""
