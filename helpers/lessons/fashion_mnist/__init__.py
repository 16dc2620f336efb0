"""What lesson 05 brings along for students."""
