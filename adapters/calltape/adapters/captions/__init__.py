"""Whoever makes captions: for now one that is told what was said."""

from calltape.adapters.captions.memory import MemoryCaptioner

__all__ = ["MemoryCaptioner"]
