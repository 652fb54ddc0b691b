"""The page that explains how to trust the root, how to stop, and how to import a persona's certificate.

It changes nothing: users trust a root themselves, after they have read what it can issue for. It runs no
command and reads nothing of the system. Source: `maquette pki trust`.
"""

import shlex
from pathlib import PurePath

from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.x509.oid import NameOID

from maquette.simulator.pki.authority import LOOPBACK_NETWORKS, RESERVED_NAMES, Authority

_TEXT = """\
Trusting this installation's root: {name}
{underline}

File                 {path}
SHA-256 fingerprint  {sha256}

This page changes nothing. Compare the fingerprint with the one that your browser shows before you agree.

Do you need it?
  Hardly, alone at one machine: a browser lets you go on past its warning, and takes a client certificate all
  the same. Programs can trust the root for one run, with nothing installed:
    curl --cacert {posix} PORTAL           (the portal's address, as maquette serve prints it)
    SSL_CERT_FILE={posix} python3 …        (Python's ssl, and what else is built on OpenSSL)
    REQUESTS_CA_BUNDLE={posix} python3 …   (requests)
    NODE_EXTRA_CA_CERTS={posix} node …     (Node.js)

What the root can vouch for
  Its name constraints, marked critical, limit it to
    {permitted}
  and to all names below these. A certificate for any other site is refused even if a thief has this
  installation's keys; the root's own key was thrown away when it was made. It cannot sign mail or programs.
  Stop trusting it when the class or the test is over.

To do this on another machine, copy the one file there (it holds no key) and put its path into the commands.


Chromium and Chrome on Linux
  In the browser (recent versions): open chrome://certificate-manager, Local certificates, Installed by you,
  Trusted Certificates, Import. Later: the same page, the bin beside the certificate.
  On the command line (Debian: sudo apt install libnss3-tools), after one start of the browser:
    NSSDB="$HOME/.pki/nssdb"; [ -d "$NSSDB" ] || NSSDB="$HOME/.local/share/pki/nssdb"
    certutil -d sql:"$NSSDB" -A -t C,, -n {nickname} -i {posix}
  Later:
    certutil -d sql:"$NSSDB" -D -n {nickname}
  Restart the browser after each. Browsers installed as a snap or a flatpak keep a store of their own: use
  the browser's page.

Firefox, on every system
  Settings, Privacy & Security, Certificates, View Certificates…, Authorities, Import…: choose the file and
  tick "Trust this CA to identify websites".
  Later: the same list, "Maquette", {name}, Delete or Distrust….

Windows (Edge, Chrome), for your account only
    certutil -user -addstore Root {windows}
  Windows shows the root and asks; answer Yes. Later (Windows asks again):
    certutil -user -delstore Root {thumbprint}

macOS (Safari, Chrome), for your account only
    security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db {posix}
  Later:
    security remove-trusted-cert {posix}
    security delete-certificate -Z {thumbprint} ~/Library/Keychains/login.keychain-db

Debian and its descendants (curl, wget, Python; not the browsers), for all users of the machine
    sudo install -m 644 {posix} /usr/local/share/ca-certificates/{debian}
    sudo update-ca-certificates
  Later:
    sudo rm /usr/local/share/ca-certificates/{debian}
    sudo update-ca-certificates --fresh


Importing a persona's certificate
  `maquette pki export PERSONA --out DIR`, with the --data that this page was given if any, writes the
  persona's PERSONA.p12; its password is shown beside it.
  A browser offers only certificates that are valid on its own clock, and keeps its choice until it is closed.

  Chromium and Chrome on Linux
    chrome://certificate-manager, Your certificates, View imported certificates from Linux, Import; or
      NSSDB="$HOME/.pki/nssdb"; [ -d "$NSSDB" ] || NSSDB="$HOME/.local/share/pki/nssdb"
      pk12util -d sql:"$NSSDB" -i PERSONA.p12
    Later, with the name that `certutil -d sql:"$NSSDB" -L` lists:
      certutil -d sql:"$NSSDB" -F -n "NAME"

  Firefox, on every system
    Settings, Privacy & Security, Certificates, View Certificates…, Your Certificates, Import….
    Later: the same list, Delete….

  Windows (Edge, Chrome)
    Open PERSONA.p12 and follow the wizard (Current User, the password, "Personal"); or, in PowerShell:
      Import-PfxCertificate -FilePath PERSONA.p12 -CertStoreLocation Cert:\\CurrentUser\\My `
        -Password (Read-Host -AsSecureString)
    Later: certmgr.msc, Personal, Certificates, Delete.
"""


def trust_help(authority: Authority, root_path: PurePath) -> str:
    """Return the page that explains, for each browser and system, how to trust and later untrust the root."""
    sha256 = authority.root.fingerprint(SHA256()).hex(":").upper()
    # Windows and macOS name a certificate by its SHA-1; no decision depends on it.
    thumbprint = authority.root.fingerprint(SHA1()).hex().upper()  # noqa: S303 - as above
    name = str(authority.root.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
    title = f"Trusting this installation's root: {name}"
    return _TEXT.format(
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
