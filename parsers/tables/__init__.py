"""Tables that companies keep of their bills, orders, receipts and deductions: CSV or XLSX, one row a thing."""
