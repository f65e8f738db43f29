"""Views of a call: an initial value and a fold over what was recorded."""
