"""The `vigie` program (`python -m bot` is the same)."""

from __future__ import annotations

import os
import sys

from bot.cli import DOES_NOT_HOLD
from bot.cli import main as cli_main


def main() -> None:
    """Run the command line and leave with its exit code. Whoever stops reading (`| head`) has seen enough. What Vigie
    makes is its owner's alone: databases hold what people wrote, and tokens."""
    os.umask(0o077)
    try:
        code = cli_main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or leaving would fail to flush once more
        code = DOES_NOT_HOLD
    sys.exit(code)


if __name__ == "__main__":
    main()
