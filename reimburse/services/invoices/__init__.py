"""Files come in, are read, and become invoices that a person holds."""
