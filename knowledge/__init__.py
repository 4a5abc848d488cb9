"""What we know: articles, directory, search, and the tables they live in."""
