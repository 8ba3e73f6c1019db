"""Sums kept as claims move, and the reports read from them."""
