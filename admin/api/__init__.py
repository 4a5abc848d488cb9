"""The staff's JSON API: what the pages do, with the same rights, for other systems."""
