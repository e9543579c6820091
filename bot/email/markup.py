"""The words of a letter that was written in HTML: no mark-up, nothing hidden, no address that is not to be seen."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Comment, Tag

LARGEST = 2_000_000  # characters of mark-up that are read; what is longer is cut
_UNSEEN = ("script", "style", "head", "title", "template", "noscript", "object", "iframe", "svg", "math")
_BLOCKS = (
    "p",
    "div",
    "tr",
    "li",
    "ul",
    "ol",
    "table",
    "blockquote",
    "pre",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "section",
    "article",
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em)?\s*(?:;|$)", re.IGNORECASE
)
_QUOTED = ("gmail_quote", "gmail_quote_container", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote")


def words_of(markup: str) -> str:
    """What a reader would see of it, line by line. What it quotes of earlier letters is left out where it says so."""
    soup = BeautifulSoup(markup[:LARGEST], "html.parser")
    for each in soup.find_all(string=lambda text: isinstance(text, Comment)):
        each.extract()
    for tag in soup.find_all(_is_left_out):
        tag.decompose()
    for tag in soup.find_all("br"):
        tag.replace_with("\n")
    for tag in soup.find_all(_BLOCKS):
        tag.insert_before("\n")
        tag.append("\n")
    for tag in soup.find_all("img"):
        alternative = tag.get("alt")
        tag.replace_with(str(alternative) if alternative else "")
    lines = (re.sub(r"[ \t\r\f\v\u00a0]+", " ", line).strip() for line in soup.get_text().split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _is_left_out(tag: Tag) -> bool:
    if tag.name in _UNSEEN or tag.has_attr("hidden"):
        return True
    style, classes = str(tag.get("style") or ""), tag.get_attribute_list("class")
    return bool(_HIDDEN.search(style)) or any(each in _QUOTED for each in classes) or tag.get("id") == "divRplyFwdMsg"
