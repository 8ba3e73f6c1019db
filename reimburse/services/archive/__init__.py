"""The archive: its ledger, chains and seals, how long things stay, and how it proves itself."""
