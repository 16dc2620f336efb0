"""What lesson 03 brings along for students."""
