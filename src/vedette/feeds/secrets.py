"""Secrets of a fetch, read when they are needed and kept nowhere."""

import os
from pathlib import Path

from vedette.config.fetching import HttpFetch, Secret
from vedette.errors import FeedError


def secrets_of(its: HttpFetch) -> dict[str, str]:
    """The secrets of a feed, read from where they are.

    Raises:
        FeedError: One is not there; which, and where it was looked for.
    """
    return {name: _secret(name, secret) for name, secret in its.secrets.items()}


def _secret(name: str, secret: Secret) -> str:
    if secret.env is not None:
        found = os.environ.get(secret.env, "").strip()
        where = f"the variable {secret.env} of the environment"
    else:
        where = str(secret.file)
        try:
            found = Path(where).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as fault:
            raise FeedError(f"secret `{name}`: {where}: {fault}") from None
    if not found:
        raise FeedError(f"secret `{name}`: {where} holds nothing")
    return found
