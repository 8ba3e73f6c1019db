"""Which invoices were paid by which payments: pure, in integer fen, each group with evidence that a person can check.

``engine.match(invoices, payments)`` is the way in; ``rows`` holds what goes in, ``answer`` what comes out.
"""
