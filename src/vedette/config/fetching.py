"""How a feed is fetched: from where, how often, and with which secrets."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from vedette.config.part import Settings

_PLACE = re.compile(r"\{([A-Za-z0-9_.-]{1,128})\}")

SecretName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,128}$")]


class Secret(Settings):
    """A secret, which never stands in the configuration itself."""

    file: Path | None = Field(default=None, description="The file that holds it; blanks and line breaks around it go")
    env: str | None = Field(default=None, min_length=1, description="The environment's variable that holds it")


class HttpFetch(Settings):
    """Fetches a feed over HTTP or HTTPS."""

    type: Literal["http"] = Field(default="http", description="`http`, for HTTPS too")
    url: str = Field(pattern=r"^https?://[^/\s]+", description="From where; `{NAME}` stands for a secret")
    every_s: float = Field(
        default=3600.0, ge=0, le=31_536_000, description="How often it is fetched; 0: only by `vedette feeds update`"
    )
    secrets: dict[SecretName, Secret] = Field(
        default={}, description="Secrets by name, which `{NAME}` stands for in `url`, `headers`, `password` and `body`"
    )
    headers: dict[str, str] = Field(default={}, description="Further headers of the request")
    user: str | None = Field(default=None, description="The user's name (HTTP's basic authentication)")
    password: str | None = Field(default=None, description="The user's password, `{NAME}` of a secret")
    body: str | None = Field(default=None, description="What is posted; left out, the request is a GET")
    client_certificate: Path | None = Field(
        default=None, description="A PEM file with our certificate and its key, for servers that ask for one"
    )
    ca: Path | None = Field(
        default=None, description="A PEM file of authorities to trust; left out, those of the system"
    )
    proxy: str | None = Field(
        default=None,
        pattern=r"^(https?|socks5)://[^/\s]+",
        description="The proxy; left out, `HTTPS_PROXY` and its kin of the environment",
    )
    timeout_s: float = Field(default=30.0, gt=0, le=3600, description="How long the server may say nothing")
    whole_s: float = Field(default=1800.0, gt=0, le=86400, description="How long the whole may take")
    limit_bytes: int = Field(
        default=1 << 30, ge=1, le=1 << 40, description="A feed that is longer is turned away; 1 GiB if left out"
    )
    retries: int = Field(default=3, ge=0, le=20, description="How often it is tried again before it has failed")


def places_in(text: str) -> Iterator[str]:
    """The names of the secrets that a text wants."""
    return (found[1] for found in _PLACE.finditer(text))


def filled(text: str, secrets: Mapping[str, str]) -> str:
    """A text with its secrets in their places.

    Raises:
        KeyError: There is no secret of a name that it wants.
    """
    return _PLACE.sub(lambda found: secrets[found[1]], text)
