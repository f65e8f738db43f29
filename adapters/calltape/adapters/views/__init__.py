"""Views that outlive the process: kept with their position, rebuilt beside the live ones, swapped."""

from calltape.adapters.views.keeping import KeptView, Progress, Report, catch_up, load, stored_digest
from calltape.adapters.views.opening import open_views
from calltape.adapters.views.rebuilding import Rebuilt, rebuild

__all__ = [
    "KeptView",
    "Progress",
    "Rebuilt",
    "Report",
    "catch_up",
    "load",
    "open_views",
    "rebuild",
    "stored_digest",
]
