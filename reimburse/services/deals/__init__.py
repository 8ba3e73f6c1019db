"""Bills, orders and receipts, and what of an invoice rests on them."""
