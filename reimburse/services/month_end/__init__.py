"""Batches of approved claims, vouchers, periods, reversals."""
