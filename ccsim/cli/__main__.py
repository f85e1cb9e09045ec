"""`python -m ccsim.cli`."""

from ccsim.cli import main

main()
