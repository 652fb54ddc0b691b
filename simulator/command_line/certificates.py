"""The authority and the certificates of a data folder, for the command line to show and export.

It reads the files of `serve`, whether a server is running or not; it makes no authority.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256

from maquette.simulator.base.private_files import write_private
from maquette.simulator.base.settings import Settings, SettingsError, no_data_error
from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.pki.authority import BUNDLE_PASSWORD, Authority, KeyPair, pkcs12
from maquette.simulator.pki.folder import ROOT_FILE, load_authority
from maquette.simulator.pki.names import LOCAL_NAMES
from maquette.simulator.realm.certificates import check_authority, get_or_issue_certificate
from maquette.simulator.store.database import Store
from maquette.simulator.store.personas import PersonaRecord, count_personas, list_personas
from maquette.simulator.store.realms import find_realm

MOST_NAMED = 50
"""Personas that are listed; a realm may have thousands, and the packaged ones come first."""


class PersonaUnknownError(Exception):
    """There is no persona of that id; the message names those that exist."""


@dataclass(frozen=True, slots=True)
class Certificates:
    """The authority of a data folder, and the certificates of one realm."""

    authority: Authority
    root_file: Path
    store: Store
    realm: str

    def describe_authority(self) -> list[tuple[str, str]]:
        """Return the authority's description: labels and values."""
        root = self.authority.root
        return [
            ("root", str(self.root_file)),
            ("fingerprint", root.fingerprint(SHA256()).hex(":").upper() + " (SHA-256)"),
            ("valid", f"{root.not_valid_before_utc:%Y-%m-%d} to {root.not_valid_after_utc:%Y-%m-%d}"),
            ("names", ", ".join((*LOCAL_NAMES, *self.authority.names))),
            ("server", f"valid to {self.authority.server.certificate.not_valid_after_utc:%Y-%m-%d}"),
        ]

    def describe_personas(self) -> list[tuple[str, str, str, str, str]]:
        """Return each persona's id, case, certificate's start and end, and purpose."""
        with self.store.reading(self.realm) as transaction:
            personas = list_personas(transaction, most=MOST_NAMED)
            more = count_personas(transaction) - len(personas)
        rows = [
            (
                persona.id,
                persona.case.value,
                f"{persona.certificate_not_before:%Y-%m-%d}",
                f"{persona.certificate_not_after:%Y-%m-%d}",
                persona.title,
            )
            for persona in personas
        ]
        return rows + ([("…", "", "", "", f"and {more} more")] if more else [])

    def export(self, persona_id: str, folder: Path) -> list[tuple[Path, str]]:
        """Write a persona's files, and return each with a description; key files are private to this user.

        A missing certificate is issued now. Raises PersonaUnknownError, and OSError when the folder cannot be
        written.
        """
        persona, pair = self._pair(persona_id)
        bundle = pkcs12(pair, self.authority.chain(pair), BUNDLE_PASSWORD, persona.name)
        files = [
            (f"{persona.id}-certificate.pem", self.authority.chain_pem(pair), "certificate and chain"),
            (f"{persona.id}-key.pem", pair.key_pem, "private key"),
            (f"{persona.id}.p12", bundle, f"both, for a browser; password: {BUNDLE_PASSWORD}"),
            (ROOT_FILE, self.authority.root_pem, "the root certificate, for curl --cacert"),
        ]
        folder.mkdir(parents=True, exist_ok=True)
        for name, content, _ in files:
            write_private(folder / name, content)
        return [(folder / name, what) for name, _, what in files]

    def _pair(self, persona_id: str) -> tuple[PersonaRecord, KeyPair]:
        found = get_or_issue_certificate(self.store, self.authority, self.realm, persona_id)
        if found is None:
            with self.store.reading(self.realm) as transaction:
                ids = [each.id for each in list_personas(transaction, most=MOST_NAMED)]
                more = count_personas(transaction) - len(ids)
            there_are = ", ".join(ids) + (f" and {more} more" if more else "")
            raise PersonaUnknownError(f"no persona {persona_id!r} (there are: {there_are})")
        return found


@contextmanager
def open_certificates(settings: Settings, realm: str) -> Iterator[Certificates]:
    """Open the certificates in the settings' data folder.

    Raises SettingsError when no server was ever started there, or for an unknown realm; AuthorityError or
    StoreError when the data cannot be used.
    """
    pki, database = settings.data / "pki", settings.database_place
    if not (pki / ROOT_FILE).exists() or (isinstance(database, Path) and not database.exists()):
        raise no_data_error(settings.data)
    authority = load_authority(pki, (), real_now())
    store = Store(database, may_upgrade=False)
    try:
        check_authority(store, authority)
        with store.reading(realm) as transaction:
            if find_realm(transaction) is None:
                raise SettingsError(f"there is no realm {realm!r} in {settings.data}: give another realm")
        yield Certificates(authority, pki / ROOT_FILE, store, realm)
    finally:
        store.close()
