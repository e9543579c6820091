"""Text that tries to be more than text: mentions, links, formatting, entities, other directions, control characters."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.slack_emulator.workspace_people import ANA, GROUP, MARCUS

HOSTILE = [
    "<!channel>", "<!here|here>", f"<@{ANA.id}>", f"<@{MARCUS.id}|x>", f"<!subteam^{GROUP['id']}>", "<#C123|desk>",
    "<http://x|y>", "<https://bank.example|https://evil.example>", "&lt;!channel&gt;", "&", "&amp;", "<", ">", "|",
    "*", "_", "~", "`", "```", ":eyes:", ":+1:", "@here", "@channel", "@everyone", "@ana", "@Ana Reyes", "#desk",
    "\n", "> ", " ", "a", "Z", "9", "10:30:45", "https://a.example/x?y=1&z=2", "https://[", "http://", "http://a@b",
    "https://x.example/<b>", "mailto:a@b.example", "שלום", "مرحبا", "\u202e", "\u2067", "\u200d", "🙂", "👩‍👩‍👧‍👦", "é",
    "\0", "\x1b", "\t", "{at}", "{who}", "\\", "'", '"', "<!date^1^{time}|now>",
]  # fmt: skip
hostile = st.lists(st.sampled_from(HOSTILE), max_size=8).map("".join) | st.text(max_size=40)
