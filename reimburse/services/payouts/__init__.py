"""Money that goes out to employees and comes back: payouts, advances."""
