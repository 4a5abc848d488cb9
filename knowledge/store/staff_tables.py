"""People who look after the directory, their sessions and tokens."""
