"""What lesson 02 brings along for students."""
