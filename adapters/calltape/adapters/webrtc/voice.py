"""Write the generated voice into a WAV file: ``python -m calltape.adapters.webrtc.voice out.wav``.

The voice itself is ``synthesis.speak``; nothing in the package imports this module, so that Python can run
it without having loaded it already.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from calltape.adapters.webrtc.synthesis import speak
from calltape.adapters.webrtc.wav import BadMedia, write_wav


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Returns 0. Raises SystemExit(2), after one sentence on stderr, for bad input."""
    parser = argparse.ArgumentParser(prog="voice", description="Write a voice-like signal into a WAV file.")
    parser.add_argument("file", help="the WAV file to write: 48 kHz, mono, 16 bit")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long (default: 10)")
    parser.add_argument("--seed", type=int, default=1, help="which voice: the same number, the same sound")
    chosen = parser.parse_args(arguments)
    if not 0 < chosen.seconds <= 3600:
        parser.error(f"--seconds is {chosen.seconds:g}: give more than 0 and at most 3600.")
    try:
        write_wav(chosen.file, speak(chosen.seconds, chosen.seed))
    except BadMedia as problem:
        parser.error(str(problem))
    return 0


if __name__ == "__main__":
    sys.exit(main())
