"""Files to readings: every source in a file speaks for itself, then the sources are compared."""
