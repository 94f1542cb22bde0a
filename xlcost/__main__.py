"""`python -m xlcost`: the command line."""

from xlcost.cli import main

main()
