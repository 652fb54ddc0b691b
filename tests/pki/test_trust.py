"""The page on trusting the root: its commands for this root, also with a blank in the path."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from handshakes import certificate_of_case

from maquette.simulator.domain.certificate import CertificateCase
from maquette.simulator.pki.authority import Authority, make_authority, pkcs12
from maquette.simulator.pki.folder import ROOT_FILE, load_authority
from maquette.simulator.pki.trust import trust_help

needs_nss = pytest.mark.skipif(shutil.which("certutil") is None, reason="needs certutil (libnss3-tools)")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "salle d'étude"


def commands(text: str, *starts: str) -> list[str]:
    """The page's command lines that start so, in order."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line.startswith(starts)]


@pytest.fixture
def shell(tmp_path: Path) -> Callable[..., str]:
    """Run lines of the page in one shell with a temporary home."""
    home = tmp_path / "home"
    (home / ".pki" / "nssdb").mkdir(parents=True)

    def run(*lines: str) -> str:
        result = subprocess.run(
            ["/bin/sh", "-e", "-c", "\n".join(lines)],
            env={"HOME": str(home), "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    return run


def test_the_page_names_the_root_its_fingerprint_and_its_name_constraints(real_now: datetime) -> None:
    authority = make_authority(["salle12.lan", "192.168.1.9"], real_now)
    text = trust_help(authority, Path("/data/pki/root.pem"))
    assert authority.root.fingerprint(SHA256()).hex(":").upper() in text
    for name in ("localhost", "example", "test", "127.0.0.0/8", "::1/128", "salle12.lan", "192.168.1.9"):
        assert f"\n    {name}\n" in text
    for place in ("Firefox", "Chromium", "Windows", "macOS", "Debian"):
        assert place in text


@needs_nss
def test_the_root_enters_and_leaves_the_store_of_chromium_on_linux(
    folder: Path, real_now: datetime, shell: Callable[..., str]
) -> None:
    text = trust_help(load_authority(folder, [], real_now), folder / ROOT_FILE)
    store, add, remove = commands(
        text, "NSSDB=", 'certutil -d sql:"$NSSDB" -A', 'certutil -d sql:"$NSSDB" -D'
    )[:3]
    listed = 'certutil -d sql:"$NSSDB" -L'
    in_store = [line.split() for line in shell(store, add, listed).splitlines() if "training root" in line]
    assert [line[-1] for line in in_store] == ["C,,"], "trusted for servers, and for nothing else"
    assert "training root" not in shell(store, remove, listed)


@needs_nss
def test_a_persona_enters_and_leaves_the_store_of_chromium_on_linux(
    authority: Authority, real_now: datetime, tmp_path: Path, shell: Callable[..., str]
) -> None:
    text = trust_help(authority, tmp_path / ROOT_FILE)
    store, take, leave = commands(text, "NSSDB=", "pk12util", 'certutil -d sql:"$NSSDB" -F')[1:]
    pair = certificate_of_case(CertificateCase.VALID, authority, real_now)
    bundle = pkcs12(pair, authority.chain(pair), "secret-12", "Lila ROSEMONDE")
    (tmp_path / "PERSONA.p12").write_bytes(bundle)
    listed = 'certutil -d sql:"$NSSDB" -L'
    new = 'certutil -d sql:"$NSSDB" -N --empty-password'
    assert "Lila ROSEMONDE" in shell(store, new, f"{take} -W secret-12 -K ''", listed)
    assert "Lila ROSEMONDE" not in shell(store, leave.replace("NAME", "Lila ROSEMONDE"), listed)


@pytest.mark.skipif(shutil.which("update-ca-certificates") is None, reason="needs Debian's ca-certificates")
def test_the_root_enters_and_leaves_debian_s_list(
    folder: Path, real_now: datetime, tmp_path: Path, shell: Callable[..., str]
) -> None:
    text = trust_help(load_authority(folder, [], real_now), folder / ROOT_FILE)
    places = {name: tmp_path / name for name in ("certs", "local", "etc", "hooks")}
    for place in places.values():
        place.mkdir()
    (places["certs"] / "other.crt").write_bytes(make_authority([], real_now).root_pem)
    (tmp_path / "conf").write_text("other.crt\n")
    options = (
        f" --certsconf {tmp_path}/conf --certsdir {places['certs']} --localcertsdir {places['local']}"
        f" --etccertsdir {places['etc']} --hooksdir {places['hooks']}"
    )
    here = [
        line.removeprefix("sudo ").replace("/usr/local/share/ca-certificates", str(places["local"]))
        + (options if "update-ca-certificates" in line else "")
        for line in commands(text, "sudo install", "sudo rm", "sudo update-ca-certificates")
    ]
    bundle = places["etc"] / "ca-certificates.crt"
    shell(*here[:2])
    root = (folder / ROOT_FILE).read_bytes().strip()
    assert root in bundle.read_bytes()
    shell(*here[2:])
    assert bundle.read_bytes().count(b"BEGIN CERTIFICATE") == 1
    assert root not in bundle.read_bytes()
