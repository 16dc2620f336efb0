"""What lesson 04 brings along for students."""
