"""The authority's folder: made whole at first start, loaded later, its server certificate renewed in time.

A crash at any point leaves a folder that the next start can use: the folder gets its name once it is
complete, and a renewal replaces one file. Keys have the file mode 0600. It does not know settings or the
present time.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from maquette.simulator.base.private_files import write_private
from maquette.simulator.pki.authority import (
    Authority,
    AuthorityError,
    Issuer,
    KeyPair,
    make_authority,
    server_certificate,
)
from maquette.simulator.pki.names import normalized_names

ROOT_FILE = "root.pem"
SERVER_RENEWED = timedelta(days=60)

Parsed = TypeVar("Parsed")


def load_authority(folder: Path, names: Sequence[str], real_now: datetime) -> Authority:
    """Load the authority in the folder; the first start makes it for this machine and the given names.

    Without names, those of the first start count. The server certificate is renewed when it is valid for less
    than 60 days. Raises AuthorityError and UnusableNameError.
    """
    wanted = normalized_names(names)
    try:
        if not folder.exists() or not any(folder.iterdir()):
            _create(folder, make_authority(wanted, real_now))
        authority = _read(folder)
        if wanted and set(wanted) != set(authority.names):
            raise AuthorityError(_other_names(folder, authority.names, wanted))
        if real_now > authority.intermediate.certificate.not_valid_after_utc:
            raise AuthorityError(f"The authority in {folder} has expired: start with another data folder.")
        return _with_current_server(folder, authority, real_now)
    except OSError as error:
        raise AuthorityError(
            f"The authority's folder {folder} cannot be used ({error.strerror}): make it this user's own, "
            "or start with another data folder."
        ) from error


def _create(folder: Path, authority: Authority) -> None:
    making = folder.with_name(f".{folder.name}.new")
    if making.exists():
        shutil.rmtree(making)
    making.mkdir(mode=0o700)
    write_private(making / ROOT_FILE, authority.root_pem)
    for name, pair in (
        ("intermediate", authority.intermediate),
        ("stranger", authority.stranger),
        ("server", authority.server),
    ):
        write_private(making / f"{name}.pem", pair.certificate_pem)
        write_private(making / f"{name}.key", pair.key_pem)
    making.rename(folder)


def _read(folder: Path) -> Authority:
    root = _parsed(folder / ROOT_FILE, x509.load_pem_x509_certificate)
    intermediate = Issuer(*_read_pair(folder, "intermediate"))
    server = KeyPair(*_read_pair(folder, "server"))
    for name, issued, issuer in (
        ("intermediate", intermediate.certificate, root),
        ("server", server.certificate, intermediate.certificate),
    ):
        try:
            issued.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise AuthorityError(_damaged(folder / f"{name}.pem")) from error
    return Authority(
        root=root,
        intermediate=intermediate,
        stranger=Issuer(*_read_pair(folder, "stranger")),
        server=server,
        names=_names_of(server.certificate),
    )


def _read_pair(folder: Path, name: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    certificate = _parsed(folder / f"{name}.pem", x509.load_pem_x509_certificate)
    key_file = folder / f"{name}.key"
    key = _parsed(key_file, lambda pem: load_pem_private_key(pem, password=None))
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise AuthorityError(_damaged(key_file))
    return certificate, key


def _parsed(path: Path, parse: Callable[[bytes], Parsed]) -> Parsed:
    try:
        return parse(path.read_bytes())
    except (FileNotFoundError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise AuthorityError(_damaged(path)) from error


def _names_of(server: x509.Certificate) -> tuple[str, ...]:
    alternatives = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return normalized_names([str(name.value) for name in alternatives])


def _with_current_server(folder: Path, authority: Authority, real_now: datetime) -> Authority:
    server = authority.server
    begun = server.certificate.not_valid_before_utc <= real_now
    if begun and real_now <= server.certificate.not_valid_after_utc - SERVER_RENEWED:
        return authority
    certificate = server_certificate(authority.intermediate, server.key, authority.names, real_now)
    renewed = replace(server, certificate=certificate)
    write_private(folder / "server.pem", renewed.certificate_pem)
    return replace(authority, server=renewed)


def _damaged(path: Path) -> str:
    return (
        f"The authority's file {path} is missing, damaged or of another authority: put it back from a copy, "
        "or start with another data folder."
    )


def _other_names(folder: Path, names: Sequence[str], wanted: Sequence[str]) -> str:
    made_for = ", ".join(names) or "this machine only"
    return (
        f"The authority in {folder} was made for {made_for}, and not for {', '.join(wanted)}: start "
        "without --name, with the names of the first start, or with another data folder."
    )
