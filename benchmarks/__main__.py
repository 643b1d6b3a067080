"""``make bench``: measure everything, print the table, write ``benchmarks/results.md``.

``python -m benchmarks tickets calls`` measures only these, and writes nothing.
"""

import os
import platform
import sys
import time
from importlib import import_module
from pathlib import Path

from benchmarks.figures import Figure, table

MEASURES = ("tickets", "calls", "fan_out", "kiosk_answer", "footprint")
RESULTS = Path(__file__).with_name("results.md")


def main() -> None:
    """Measure what the command line names, or everything."""
    wanted = sys.argv[1:] or MEASURES
    figures: list[Figure] = []
    for name in wanted:
        start = time.monotonic()
        found: list[Figure] = import_module(f"benchmarks.{name}").measure()
        print(f"\n{name} ({time.monotonic() - start:.0f} s)\n{table(found)}", flush=True)
        figures += found
    if not sys.argv[1:]:
        RESULTS.write_text(_page(figures), encoding="utf-8")
    missed = [figure.what for figure in figures if figure.met is False]
    print("\nMissed: " + ", ".join(missed) if missed else "\nAll that was asked is met.")


def _page(figures: list[Figure]) -> str:
    machine = f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"
    return (
        "# Figures of the last run\n\nWritten by `make bench`; what each line means stands in "
        f"[README.md](README.md).\nMachine: {machine}, {platform.system()}.\n\n{table(figures)}\n"
    )


if __name__ == "__main__":
    main()
