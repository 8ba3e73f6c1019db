"""A fictional company to look around in."""
