"""The policy's versions, and what another one would have judged."""
