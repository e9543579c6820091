"""A page as somebody reads it."""

from __future__ import annotations

import re
from html import unescape

from aiohttp import web
from aiohttp.test_utils import TestClient

Client = TestClient[web.Request, web.Application]
LATIN = {"Accept-Language": "en"}
_TYPED, _PART = "application/x-www-form-urlencoded", b'--x\r\nContent-Disposition: form-data; name="summary"\r\n'
#: What says that it is a form, and cannot be read: its type, and its bytes.
NO_FORMS = [
    (f"{_TYPED}; charset=xyz", b"summary=a"),
    (f"{_TYPED}; charset=base64", b"summary=a"),
    ("multipart/form-data; boundary=x", _PART + b"Content-Type: text/plain; charset=xyz\r\n\r\na\r\n--x--\r\n"),
    ("multipart/form-data; boundary=x", _PART + b"Content-Transfer-Encoding: xyz\r\n\r\na\r\n--x--\r\n"),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="_charset_"\r\n\r\nxyz\r\n' + _PART + b"\r\na\r\n--x--\r\n",
    ),
]


async def html(client: Client, address: str, **headers: str) -> str:
    """What is answered, which has to be a page."""
    async with client.get(address, headers={**LATIN, **headers}) as answer:
        text = await answer.text()
        assert (answer.status, answer.content_type) == (200, "text/html"), text
        return text


async def words(client: Client, address: str, **headers: str) -> str:
    """The words of a page, as they follow one another."""
    return words_of(await html(client, address, **headers))


def words_of(text: str) -> str:
    """The same of what was answered."""
    body = re.sub(r"<(?:option|datalist|select)\b.*?(?=<(?!/?option))", "", text, flags=re.DOTALL)
    shown = unescape(re.sub(r"<[^>]*>", " ", re.sub(r"</?(?:bdi|b|strong|i|time|span)\b[^>]*>", "", body)))
    return " ".join(shown.replace("\u00a0", " ").split())
