"""One module a channel; each translates and decides nothing."""
