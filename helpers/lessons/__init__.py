"""What belongs to one lesson alone: its exercises with their table, its pictures, things to play with."""
