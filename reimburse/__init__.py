"""Expense reimbursement and invoice matching."""

import gc

gc.set_threshold(20_000)
"""What imports make stays: looking through it for garbage every 700 objects was a fifth of each process's start."""
