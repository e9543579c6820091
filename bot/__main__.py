"""The `vigie` program (`python -m bot` is the same)."""

from __future__ import annotations

import sys

from bot.cli import main as cli_main


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(cli_main(sys.argv[1:]))


if __name__ == "__main__":
    main()
