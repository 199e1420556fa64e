"""HTTP and HTTPS: conditional, resumed where the server can, bounded in size and time, no secret to a stranger."""

import ssl
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from time import monotonic
from typing import BinaryIO, Final

import httpx2

from vedette import __version__
from vedette.config.fetching import filled
from vedette.feeds.transports.transport import Known, Transport, TransportError, Watch

MOST_REDIRECTS = 5
_PIECE_BYTES = 1 << 20
_GZIP = 16 + zlib.MAX_WBITS
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_WORDS: Final[Mapping[int, str]] = {
    401: "the server wants other credentials",
    403: "the server refuses access",
    404: "there is nothing at this address",
    407: "the proxy wants credentials",
    410: "it is there no more",
    429: "asked too often",
}


@dataclass
class HttpTransport(Transport):
    """One request, its redirects followed; what came before it broke off is not asked for again."""

    _resumed_by: str = field(default="", init=False)

    async def fetch(self, into: BinaryIO, known: Known, watch: Watch) -> Known | None:
        """Write the body into a file; None where the server says that it has not changed."""
        begun = monotonic()
        have = into.tell() if self._resumed_by else 0
        try:
            async with self._client() as client, self._answer(client, self._asked(known, have)) as answer:
                return await self._taken(answer, into, have, watch, begun)
        except ssl.SSLError as fault:
            raise TransportError(f"{self._place}: no trusted connection: {fault.reason}") from None
        except httpx2.TimeoutException:
            raise TransportError(f"{self._place}: no answer in {self.its.timeout_s:g} s", passes=True) from None
        except httpx2.ProxyError as fault:
            raise TransportError(f"{self._place}: the proxy: {self._without_secrets(fault)}", passes=True) from None
        except zlib.error as fault:
            raise TransportError(f"{self._place}: it was damaged while it was sent: {fault}", passes=True) from None
        except (httpx2.TransportError, OSError) as fault:
            untrusted = "certificate" in str(fault).lower()
            why = f"{'no trusted connection' if untrusted else 'the connection failed'}: {self._without_secrets(fault)}"
            raise TransportError(f"{self._place}: {why}", passes=not untrusted) from None

    @property
    def _place(self) -> str:
        """The server alone: paths and queries may hold keys."""
        url = httpx2.URL(self.its.url.split("{")[0])
        return f"{url.scheme}://{url.host or '…'}"

    def _without_secrets(self, fault: Exception) -> str:
        text = str(fault) or type(fault).__name__
        for secret in self.secrets.values():
            text = text.replace(secret, "…")
        return text

    def _client(self) -> httpx2.AsyncClient:
        context = ssl.create_default_context(cafile=str(self.its.ca) if self.its.ca else None)
        if self.its.client_certificate is not None:
            context.load_cert_chain(self.its.client_certificate)
        return httpx2.AsyncClient(
            verify=context,
            proxy=self.its.proxy,
            timeout=self.its.timeout_s,
            headers={"User-Agent": f"vedette/{__version__}", "Accept": "*/*"},
        )

    def _asked(self, known: Known, have: int) -> dict[str, str]:
        """The headers by which only what is not here is sent; any server may have them."""
        if have:
            return {"Range": f"bytes={have}-", "If-Range": self._resumed_by, "Accept-Encoding": "identity"}
        headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified, "Accept-Encoding": "gzip"}
        return {name: text for name, text in headers.items() if text}

    @asynccontextmanager
    async def _answer(self, client: httpx2.AsyncClient, asked: dict[str, str]) -> AsyncIterator[httpx2.Response]:
        """The answer at the end of all redirects; to another server go neither the user's headers nor the body."""
        headers = {name: filled(text, self.secrets) for name, text in self.its.headers.items()} | asked
        url = httpx2.URL(filled(self.its.url, self.secrets))
        body = None if self.its.body is None else filled(self.its.body, self.secrets)
        auth = None
        if self.its.user is not None:
            auth = httpx2.BasicAuth(self.its.user, filled(self.its.password or "", self.secrets))
        for _ in range(MOST_REDIRECTS + 1):
            request = client.build_request("GET" if body is None else "POST", url, headers=headers, content=body)
            answer = await client.send(request, auth=auth, stream=True, follow_redirects=False)
            if answer.status_code not in _REDIRECTS:
                try:
                    yield answer
                finally:
                    await answer.aclose()
                return
            await answer.aclose()
            onward = self._onward(url, answer)
            if (onward.scheme, onward.host, onward.port) != (url.scheme, url.host, url.port):
                if self.its.client_certificate is not None:
                    raise TransportError(f"{self._place}: it redirects to another server, which gets no certificate")
                headers, auth, body = asked, None, None
            if answer.status_code == HTTPStatus.SEE_OTHER:
                body = None
            url = onward
        raise TransportError(f"{self._place}: more than {MOST_REDIRECTS} redirects: do they lead in a circle?")

    def _onward(self, url: httpx2.URL, answer: httpx2.Response) -> httpx2.URL:
        try:
            onward = url.join(answer.headers.get("Location", ""))
        except httpx2.InvalidURL:
            raise TransportError(f"{self._place}: it redirects to what is no address") from None
        if onward.scheme not in ("http", "https") or (url.scheme == "https" and onward.scheme == "http"):
            raise TransportError(f"{self._place}: it redirects from {url.scheme} to {onward.scheme or 'nowhere'}")
        return onward

    async def _taken(
        self, answer: httpx2.Response, into: BinaryIO, have: int, watch: Watch, begun: float
    ) -> Known | None:
        status, headers = answer.status_code, answer.headers
        if status == HTTPStatus.NOT_MODIFIED:
            return None
        goes_on = status == HTTPStatus.PARTIAL_CONTENT and headers.get("Content-Range", "").startswith(f"bytes {have}-")
        if status != HTTPStatus.OK and not goes_on:
            self._resumed_by = ""
            raise self._refused(answer)
        come = have if goes_on else 0
        into.seek(come)
        into.truncate()
        coding = headers.get("Content-Encoding", "identity").lower()
        tag = headers.get("ETag", "")
        resumes = coding == "identity" and headers.get("Accept-Ranges") == "bytes" and not tag.startswith("W/")
        self._resumed_by = tag if resumes else ""
        length = headers.get("Content-Length", "")
        whole = come + int(length) if coding == "identity" and length.isdecimal() else 0
        self._bounded(whole)
        async for chunk in self._plain(answer, coding):
            come += len(chunk)
            self._bounded(come)
            into.write(chunk)
            watch.progress(come, whole)
            if monotonic() - begun > self.its.whole_s:
                raise TransportError(f"{self._place}: not whole in {self.its.whole_s:g} s; {come:,} bytes had come")
        return Known(etag=tag, last_modified=headers.get("Last-Modified", ""))

    async def _plain(self, answer: httpx2.Response, coding: str) -> AsyncIterator[bytes]:
        """The body without its coding, never more of it at a time than a MiB."""
        if coding == "identity":
            async for chunk in answer.aiter_raw():
                yield chunk
            return
        if coding not in ("gzip", "x-gzip"):
            raise TransportError(f"{self._place}: it is sent coded as `{coding[:40]}`, which was not asked for")
        unpacking = zlib.decompressobj(_GZIP)
        async for chunk in answer.aiter_raw():
            rest = chunk
            while rest and not unpacking.eof:
                yield unpacking.decompress(rest, _PIECE_BYTES)
                rest = unpacking.unconsumed_tail
        if not unpacking.eof:
            raise TransportError(f"{self._place}: it was cut short while it was sent", passes=True)

    def _bounded(self, size: int) -> None:
        if size > self.its.limit_bytes:
            raise TransportError(f"{self._place}: it is longer than {self.its.limit_bytes:,} bytes (`limit_bytes`)")

    def _refused(self, answer: httpx2.Response) -> TransportError:
        status = answer.status_code
        said = f"{status} {answer.reason_phrase}".strip()
        words = f"{_WORDS[status]} ({said})" if status in _WORDS else said
        after_s = _seconds_in(answer.headers.get("Retry-After", ""))
        return TransportError(f"{self._place}: {words}", passes=status in _PASSING, after_s=after_s)


def _seconds_in(retry_after: str) -> float | None:
    """How long to wait: seconds, or until a date (RFC 9110, section 10.2.3)."""
    if retry_after.isdecimal():
        return float(retry_after)
    try:
        at = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (at.astimezone(UTC) - datetime.now(UTC)).total_seconds())
