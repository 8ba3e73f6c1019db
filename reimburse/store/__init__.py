"""Rows by noun, queries, files and migrations."""
