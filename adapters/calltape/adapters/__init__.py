"""The outside world: stores, media, the runtime and the command line, one sub-package each."""
