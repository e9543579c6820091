"""Charts drawn by Vigie itself: as SVG, for a page, and as a picture where a platform draws none."""

from __future__ import annotations
