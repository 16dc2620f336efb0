"""What lesson 07 brings along for students."""
