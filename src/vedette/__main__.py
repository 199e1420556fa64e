"""`python -m vedette`: the same as the command `vedette`."""

from vedette.cli.main import main

main()
