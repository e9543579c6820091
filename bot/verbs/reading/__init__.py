"""From typed words to values."""
