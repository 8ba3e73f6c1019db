"""What an employee does with a claim, and what is judged of it."""
