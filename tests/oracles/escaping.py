"""Escaping as the templates promise it, slowly: one regex, one replacement a character."""

import re
from collections.abc import Mapping


def escaped(text: str, replacements: Mapping[str, str]) -> str:
    """Each of these characters replaced; lone surrogates, which no encoding can carry, spelled out first."""
    text = text.encode("utf-8", "backslashreplace").decode()
    return re.sub(f"[{re.escape(''.join(replacements))}]", lambda found: replacements[found[0]], text)
