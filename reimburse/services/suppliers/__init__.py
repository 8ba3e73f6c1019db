"""Credit files of sellers."""
