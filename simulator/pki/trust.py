"""The page that explains how to trust the root, how to stop, and how to import a persona's certificate.

It changes nothing: users trust a root themselves, after they have read what it can issue for. It runs no
command and reads nothing of the system. Its text is in `trust.txt`. Source: `maquette pki trust`.
"""

import shlex
from pathlib import Path, PurePath

from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.x509.oid import NameOID

from maquette.simulator.pki.authority import LOOPBACK_NETWORKS, RESERVED_NAMES, Authority


def trust_help(authority: Authority, root_path: PurePath) -> str:
    """Return the page that explains, for each browser and system, how to trust and later untrust the root."""
    sha256 = authority.root.fingerprint(SHA256()).hex(":").upper()
    # Windows and macOS name a certificate by its SHA-1; no decision depends on it.
    thumbprint = authority.root.fingerprint(SHA1()).hex().upper()  # noqa: S303 - as above
    name = str(authority.root.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
    title = f"Trusting this installation's root: {name}"
    text = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8")
    return text.format(
        name=name,
        underline="=" * len(title),
        path=root_path,
        sha256=sha256,
        thumbprint=thumbprint,
        posix=shlex.quote(str(root_path)),
        windows=f'"{root_path}"',
        nickname=shlex.quote(name),
        debian=name.lower().replace(" ", "-") + ".crt",
        permitted="\n    ".join((*RESERVED_NAMES, *LOOPBACK_NETWORKS, *authority.names)),
    )
