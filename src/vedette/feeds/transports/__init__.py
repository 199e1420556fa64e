"""How feeds are fetched: one file a transport, one line of the table each."""

from typing import Final

from vedette.feeds.transports.http import HttpTransport
from vedette.feeds.transports.transport import Transport

TRANSPORTS: Final[dict[str, type[Transport]]] = {"http": HttpTransport}
"""Every transport by the name that `fetch: {type: …}` takes."""
