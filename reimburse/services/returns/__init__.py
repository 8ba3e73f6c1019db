"""What happens to an invoice afterwards: red letters, offsets, return and reissue."""
