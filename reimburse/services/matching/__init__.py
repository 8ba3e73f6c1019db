"""Which payment belongs to which invoice: proposed by the engine, decided by people."""
