"""What lesson 08 brings along for students."""
