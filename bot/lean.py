"""Keeps from a server what its libraries load where it is installed, and a server never uses.

2026-11-22. Colours for the tracebacks of a terminal (our logs are JSON), models of pydantic's first
version, and keys in files, by which python-telegram-bot would read the passports that a bot may ask
for: 7 MB in each process. A library that finds `None` in `sys.modules` takes the module
for not installed, as Python's manual says; what it needs, it asks for without such care. Importing
this module does it, so it comes before the server.
"""

import sys

UNUSED = ("rich", "pygments", "pydantic.v1", "cryptography.hazmat.primitives.serialization")

for name in UNUSED:
    sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # that is how it is told
