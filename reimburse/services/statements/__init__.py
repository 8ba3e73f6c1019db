"""Statements of banks, cards and wallets come in as payments."""
