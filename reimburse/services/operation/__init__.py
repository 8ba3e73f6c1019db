"""The work in the background, and what an operator looks at."""
