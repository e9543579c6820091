"""How the model of triage suggestions is made and measured: `make model`, `make bench ONLY=triage`.

Only this needs numpy and scipy; nothing that runs imports it.
"""

from __future__ import annotations
