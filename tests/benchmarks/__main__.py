"""`make bench`: runs every benchmark, or those named (`make bench ARGS="telegram startup"`).

Each prints ratios against a baseline measured in the same run; absolute figures are only as good as
the machine was quiet.
"""

import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """Run the benchmarks one after another; return the number that failed."""
    known = {path.stem.removeprefix("bench_"): path for path in sorted(HERE.glob("bench_*.py"))}
    asked = sys.argv[1:] or list(known)
    unknown = [name for name in asked if name not in known]
    if unknown:
        print(f"No benchmark {', '.join(unknown)}. There are: {', '.join(known)}.", file=sys.stderr)
        return 2
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    failed = 0
    for name in asked:
        print(f"## {name}", flush=True)
        failed += subprocess.run([sys.executable, str(known[name])], check=False).returncode != 0
        print(flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
