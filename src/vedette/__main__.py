"""The command `vedette`, also as `python -m vedette`: Ctrl-C is quiet from its first moment."""

import sys


def main() -> None:
    """Load the command line and run it."""
    try:
        from vedette.cli import main as command_line
    except KeyboardInterrupt:
        sys.exit(130)
    command_line.main()


if __name__ == "__main__":
    main()
