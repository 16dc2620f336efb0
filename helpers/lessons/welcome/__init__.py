"""What lesson 00 brings along for students."""
