"""The domains of email addresses; at some anybody may have one, and such an address says nothing of whose they are."""

from __future__ import annotations

# Of each the first label is what matters: hotmail.com, hotmail.fr, hotmail.co.uk are the same to us.
_EVERYWHERE = frozenset({
    "aol", "googlemail", "gmx", "hotmail", "icloud", "live", "mail", "msn", "outlook", "proton", "protonmail", "yahoo",
    "yandex", "ymail", "zoho", "zohomail",
})  # fmt: skip
_THESE = frozenset({
    "126.com", "163.com", "aliceadsl.fr", "att.net", "bbox.fr", "bigpond.com", "bluewin.ch", "bluewin.com",
    "btinternet.com", "club-internet.fr", "comcast.net", "duck.com", "fastmail.com", "fastmail.fm", "free.fr",
    "freenet.de", "gmail.com", "hey.com", "hushmail.com", "inbox.com", "laposte.net", "libero.it", "mac.com", "mail.ru",
    "me.com", "naver.com", "neuf.fr", "numericable.fr", "orange.fr", "pm.me", "posteo.de", "qq.com", "rediffmail.com",
    "rocketmail.com", "rogers.com", "sbcglobal.net", "seznam.cz", "sfr.fr", "skynet.be", "sky.com", "t-online.de",
    "talktalk.net", "telenet.be", "tiscali.it", "tutanota.com", "tuta.io", "verizon.net", "videotron.ca",
    "virginmedia.com", "voila.fr", "wanadoo.fr", "web.de", "wp.pl", "yopmail.com",
})  # fmt: skip
_ENDINGS = 3  # labels of a domain such as yahoo.co.uk; a longer one is somebody's own


def domain_of(address: str) -> str:
    """What stands behind the @ of an email address, in lower case; a text without one as a whole."""
    return address.rpartition("@")[2].lower()


def is_public(domain: str) -> bool:
    """Whether anybody may have an address at that domain."""
    labels = domain.strip().lower().rstrip(".").split(".")
    return ".".join(labels) in _THESE or (
        2 <= len(labels) <= _ENDINGS and labels[0] in _EVERYWHERE and _is_ending(labels[1:])
    )


def _is_ending(labels: list[str]) -> bool:
    """Whether registries sell names under it: `com`, `fr`, `co.uk`."""
    return len(labels) == 1 or labels[0] in {"co", "com"}
