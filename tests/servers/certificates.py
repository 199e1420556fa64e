"""An authority of the tests' own, and certificates by it, made with openssl."""

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

OPENSSL = shutil.which("openssl")

needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed")


@dataclass(frozen=True)
class Certificates:
    """PEM files: the authority's certificate; for `server` and `client` the certificate with its key behind it."""

    ca: Path
    server: Path
    client: Path

    @classmethod
    def made_in(cls, folder: Path) -> "Certificates":
        key, ca = folder / "ca.key", folder / "ca.pem"
        usage = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"]
        _openssl("req", "-x509", *_new(key), "-out", ca, "-days", "2", "-subj", "/CN=authority", *usage)
        return cls(ca, _signed(folder, "server", key, ca), _signed(folder, "client", key, ca))

    def server_context(self, *, asks_client: bool = False) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server)
        if asks_client:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.ca)
        return context


def _signed(folder: Path, name: str, ca_key: Path, ca: Path) -> Path:
    key, request, certificate, both = (folder / f"{name}.{end}" for end in ("key", "csr", "crt", "pem"))
    _openssl("req", *_new(key), "-out", request, "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1")
    signing: list[str | Path] = ["-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-copy_extensions", "copy"]
    _openssl("x509", "-req", "-in", request, *signing, "-days", "2", "-out", certificate)
    both.write_bytes(certificate.read_bytes() + key.read_bytes())
    return both


def _new(key: Path) -> list[str | Path]:
    return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key]


def _openssl(*arguments: str | Path) -> None:
    assert OPENSSL is not None
    subprocess.run([OPENSSL, *arguments], check=True, capture_output=True)
