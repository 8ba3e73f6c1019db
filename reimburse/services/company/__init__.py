"""People and their roles, passwords, the company's titles."""
