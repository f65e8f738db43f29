"""Run the benchmarks of a checkout: ``python bench/run.py [--json] [--quick] [--only NAME]…``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that these programs are the package `bench`

from bench.suite import main

if __name__ == "__main__":
    main()
