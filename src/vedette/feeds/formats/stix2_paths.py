"""Object paths and texts of STIX patterns, in one spelling each."""

import re
from functools import lru_cache

from vedette.indicators.kind import HASHES

_QUOTED = re.compile(r"'((?:[^'\\]|\\['\\])*+)'")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_HASHES_AT = re.compile(r"(.*[:.]hashes\.)([^.\[]+)")


def unescaped(text: str) -> str:
    r"""What stands between quotes, without its `\` before quotes and other `\`."""
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text


@lru_cache(maxsize=1024)
def folded_path(path: str) -> str:
    """A path in one spelling: without quotes, the names of hashes as ours."""
    plain = _QUOTED.sub(lambda quoted: unescaped(quoted[1]), path) if "'" in path else path
    hashed = _HASHES_AT.fullmatch(plain)
    if hashed is None:
        return plain
    algorithm = hashed[2].lower().replace("-", "").replace("_", "")
    return hashed[1] + (algorithm if algorithm in HASHES else hashed[2])
