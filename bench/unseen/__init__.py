"""Forms that no reader has seen, drawn at random and read."""
