"""Questions without an answer, scrubbed."""
