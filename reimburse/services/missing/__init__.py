"""What lacks an invoice or a deduction, until when, and who is asked for it."""
