"""What waits for a person, and finding things."""
