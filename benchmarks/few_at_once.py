"""Vigie, in a process that has no more sendings under way than its first argument says; the others are its own."""

from __future__ import annotations

import sys

from bot.__main__ import main
from scheduler import runner

if __name__ == "__main__":
    vars(runner)["AT_ONCE"] = int(sys.argv.pop(1))  # no setting of Vigie's
    main()
