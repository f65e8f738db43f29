"""`python -m calltape.adapters.cli`: the same as `calltape`."""

from calltape.adapters.cli import main

main()
