"""The staff's pages: a module a page or two, each with its `router`."""
