"""A frozen batch as XLSX, CSV and a package of its originals. Pure: rows in, bytes out, never whole in memory."""
