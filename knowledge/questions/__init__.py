"""Questions without an answer: scrubbed, grouped by likeness, shown once several people asked."""
