"""In which language somebody wrote, told by small words alone, or not at all."""

from __future__ import annotations

import pytest

from bot.wording.written_in import written_in


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("PANNE TOTALE, PLUS RIEN DEPUIS CE MATIN, MERCI", "fr"),
        ("plus de reseau au siege depuis 8h, pouvez vous regarder svp", "fr"),
        ("J'ai une question sur la facture", "fr"),
        ("our vpn is down since this morning", "en"),
        ("Can't reach the portal, could you check please?", "en"),
        ("", None),
        ("4411", None),
        ("VPN down", None),
        ("Bom dia, o link para Sao Paulo esta fora do ar desde ontem, podem verificar por favor?", None),
        ("Hola, no tenemos servicio en la sede de Madrid desde esta manana, pueden revisar por favor?", None),
        ("Guten Tag, unsere Leitung nach Frankfurt ist seit heute Morgen tot, bitte um Hilfe", None),
        ("Buongiorno, la linea di Milano non funziona da stamattina, potete controllare per favore?", None),
        ("Goedemorgen, onze verbinding is sinds vanochtend weg, kunt u dit nakijken?", None),
        ("\u304a\u4e16\u8a71\u306b\u306a\u3063\u3066\u304a\u308a\u307e\u3059", None),
    ],
)
def test_it_is_told_by_small_words(text: str, language: str | None) -> None:
    assert written_in(text) == language
