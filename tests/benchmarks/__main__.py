"""`make bench`: runs every benchmark, or those named (`make bench ARGS="telegram startup"`).

Each prints ratios against a baseline measured in the same run; absolute figures are only as good as
the machine was quiet. `--quick` runs all with small sizes in two minutes, `--write` writes
`docs/performance.md`.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "performance.md"
sys.path.insert(0, str(HERE.parent))

from databases import postgresql_server  # noqa: E402
from machine import describe_machine  # noqa: E402
from performance_page import performance_page  # noqa: E402
from rows import QUICK, ROWS_FILE, Row, read_rows  # noqa: E402


def main() -> int:
    """Run the benchmarks one after another; return how many of them could not be run."""
    known = {path.stem.removeprefix("bench_"): path for path in sorted(HERE.glob("bench_*.py"))}
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"which: {', '.join(known)}")
    parser.add_argument("--quick", action="store_true", help="small sizes, two minutes in all")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)}")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in known]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}. There are: {', '.join(known)}.")
    if given.write and given.names:
        parser.error("--write is of a whole run: name no benchmark")
    url = postgresql_server()  # one for all that want it, durable
    machine = describe_machine(url)
    print("\n".join(f"{what}: {which}" for what, which in machine.items()) + "\n", flush=True)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), QUICK: "1" if given.quick else "0"}
    if url is not None:
        environment["TEST_DATABASE_URL"] = url
    begun = time.monotonic()
    results: dict[str, list[Row]] = {}
    failed = []
    for name in given.names or known:
        print(f"## {name}", flush=True)
        results[name], status = run(known[name], environment)
        if status:
            failed.append(name)
    asked = [row for some in results.values() for row in some if row.met is not None]
    for row in asked:
        if not row.met:
            print(f"NOT MET: {row.name}: {row.target}")
    print(f"{sum(bool(row.met) for row in asked)} of {len(asked)} targets met")
    if failed:
        print(f"Could not be run to the end: {', '.join(failed)}", file=sys.stderr)
    if given.write:
        seconds = time.monotonic() - begun
        page = performance_page(machine, results, failed, seconds=seconds, quick=given.quick)
        PAGE.write_text(page, encoding="utf-8")
        print(f"wrote {PAGE.relative_to(ROOT)}")
    return len(failed)


def run(path: Path, environment: dict[str, str]) -> tuple[list[Row], int]:
    """Run one benchmark in a process of its own; return its rows and its exit status."""
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.jsonl"
        begun = time.monotonic()
        status = subprocess.run(
            [sys.executable, str(path)],
            env={**environment, ROWS_FILE: str(rows)},
            cwd=ROOT,
            check=False,
        ).returncode
        print(f"({time.monotonic() - begun:.0f} s)\n", flush=True)
        return read_rows(rows), status


if __name__ == "__main__":
    sys.exit(main())
