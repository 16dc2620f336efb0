"""The pictures of the lessons: a module each, drawn from what the student wrote."""
