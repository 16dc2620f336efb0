"""What lesson 06 brings along for students."""
