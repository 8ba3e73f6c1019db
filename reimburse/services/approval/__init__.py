"""Steps, who decides them, and what they are told; requests made beforehand."""
