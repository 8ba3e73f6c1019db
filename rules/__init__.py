"""The expense policy as code: facts in, findings out. Pure: no clock, no query, no file but the policy's own."""
