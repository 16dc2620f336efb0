"""The exercise kit: how an exercise looks at an answer, and what it says. It holds no solutions."""
