"""Without the extra there is one clear sentence."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.example


@pytest.mark.parametrize("absent", ["aiortc", "av", "numpy"])
def test_the_missing_extra_is_named(absent: str) -> None:
    program = f"""
import sys
sys.modules[{absent!r}] = None
try:
    import calltape.adapters.webrtc
except ImportError as problem:
    print(problem)
"""
    ran = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": ":".join(path for path in sys.path if path)},
    )
    assert ran.stdout.endswith("which is not installed: run pip install 'calltape[webrtc]'.\n")
    assert ran.stdout.startswith("Real media needs ")
    assert ran.stdout.count("\n") == 1
