"""Sphinx settings. `make docs` builds with warnings as errors and every reference checked."""

import logging
from importlib.metadata import version as installed_version

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx
from sphinx.ext.napoleon import Config, GoogleDocstring

project = "calltape"
author = "the calltape authors"
copyright = author
release = version = installed_version("calltape")

extensions = ["myst_parser", "sphinx.ext.autodoc"]
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # signatures stay readable; the types are in the sources
default_role = "code"  # docstrings put code between single backticks
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"calltape {release}"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4


def _read_sections(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    # Napoleon as a whole would take what stands before a colon below a field for the field's type.
    if what not in {"attribute", "data", "property"}:
        lines[:] = GoogleDocstring(lines, Config(), app, what, name, obj, options).lines()


def setup(app: Sphinx) -> None:
    app.connect("autodoc-process-docstring", _read_sections)
    # Diagrams are drawn where the sources are read (code hosts); here they stay text.
    app.add_lexer("mermaid", TextLexer)
    # A section lists its pages by pattern, so that a new page needs no second edit, and may still be empty.
    # Sphinx gives that warning no type, so `suppress_warnings` cannot name it.
    logging.getLogger("sphinx.sphinx.directives.other").addFilter(
        lambda record: getattr(record, "subtype", "") != "empty_glob"
    )
