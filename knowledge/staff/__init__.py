"""The people who look after the directory: who they are and what they may do."""
