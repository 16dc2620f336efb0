"""What lesson 01 brings along for students."""
