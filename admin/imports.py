"""What page and API agree on about spreadsheets that are brought."""

# What is written holds up every other writer of a SQLite file, chats too, for some seconds at most.
MOST_CHANGES = 5_000
