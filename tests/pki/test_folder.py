"""The authority's folder: made once, loaded again, damaged, renewed."""

import os
import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from maquette.simulator.pki.authority import Authority, AuthorityError
from maquette.simulator.pki.folder import load_authority
from maquette.simulator.pki.tls import server_context

FILES = {"root.pem"} | {
    f"{name}.{end}" for name in ("intermediate", "stranger", "server") for end in ("pem", "key")
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pki"


def contents(authority: Authority) -> list[object]:
    pairs = (authority.intermediate, authority.stranger, authority.server)
    return [
        authority.root,
        authority.names,
        *((pair.certificate, pair.key.private_numbers()) for pair in pairs),
    ]


def test_the_folder_loads_to_the_same_authority(folder: Path, real_now: datetime) -> None:
    made = load_authority(folder, ["salle12.lan", "192.168.1.9"], real_now)
    found = load_authority(folder, ["192.168.1.9", "SALLE12.lan"], real_now)
    assert contents(found) == contents(made)
    assert found.names == ("salle12.lan", "192.168.1.9")


def test_keys_are_for_their_owner_alone_and_the_root_s_own_is_not_kept(
    folder: Path, real_now: datetime
) -> None:
    mask = os.umask(0)
    try:
        load_authority(folder, [], real_now)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == dict.fromkeys(
        FILES, 0o600
    )


def test_an_empty_folder_is_filled(folder: Path, real_now: datetime) -> None:
    folder.mkdir()
    load_authority(folder, [], real_now)
    assert {path.name for path in folder.iterdir()} == FILES
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_half_made_folder_after_a_crash_is_made_again(folder: Path, real_now: datetime) -> None:
    left = folder.with_name(".pki.new")
    left.mkdir()
    (left / "root.pem").write_bytes(b"half a certif")
    made = load_authority(folder, [], real_now)
    assert not left.exists()
    assert contents(load_authority(folder, [], real_now)) == contents(made)


def test_names_other_than_at_first_start_are_refused_with_a_remedy(folder: Path, real_now: datetime) -> None:
    load_authority(folder, ["salle12.lan"], real_now)
    with pytest.raises(AuthorityError, match=r"made for salle12\.lan, and not for salle13\.lan.*--name"):
        load_authority(folder, ["salle13.lan"], real_now)
    with pytest.raises(AuthorityError, match="another data folder"):
        load_authority(folder, ["salle12.lan", "salle13.lan"], real_now)


def test_a_name_is_refused_for_an_authority_made_for_this_machine_only(
    folder: Path, real_now: datetime
) -> None:
    load_authority(folder, [], real_now)
    with pytest.raises(AuthorityError, match="made for this machine only"):
        load_authority(folder, ["salle12.lan"], real_now)


def test_without_names_those_of_first_start_hold(folder: Path, real_now: datetime) -> None:
    load_authority(folder, ["salle12.lan"], real_now)
    assert load_authority(folder, [], real_now).names == ("salle12.lan",)


def test_a_malformed_name_makes_no_folder(folder: Path, real_now: datetime) -> None:
    with pytest.raises(ValueError, match="neither a host name nor an IP address"):
        load_authority(folder, ["*.lan"], real_now)
    assert not folder.exists()


@pytest.mark.parametrize("damage", ["removed", "emptied", "cut", "noise", "other"])
@pytest.mark.parametrize("name", sorted(FILES))
def test_a_damaged_folder_is_refused_naming_the_file_or_its_counterpart(
    name: str, damage: str, folder: Path, real_now: datetime
) -> None:
    load_authority(folder, [], real_now)
    load_authority(folder.with_name("other"), [], real_now)
    file = folder / name
    if damage == "removed":
        file.unlink()
    elif damage == "emptied":
        file.write_bytes(b"")
    elif damage == "cut":
        file.write_bytes(file.read_bytes()[:100])
    elif damage == "noise":
        file.write_bytes(bytes(range(256)))
    else:
        file.write_bytes((folder.with_name("other") / name).read_bytes())
    with pytest.raises(AuthorityError, match=r"put it back from a copy, or start with another data folder"):
        load_authority(folder, [], real_now)


def test_a_folder_that_cannot_be_used_is_refused(folder: Path, real_now: datetime) -> None:
    folder.write_text("a file where the folder should be")
    with pytest.raises(AuthorityError, match="cannot be used"):
        load_authority(folder, [], real_now)
    with pytest.raises(AuthorityError, match="cannot be used"):
        load_authority(folder.with_name("missing") / "pki", [], real_now)


@pytest.mark.parametrize(
    ("left", "renewed"),
    [
        (timedelta(days=60, seconds=1), False),
        (timedelta(days=60), False),
        (timedelta(days=60) - timedelta(seconds=1), True),
        (timedelta(seconds=-1), True),
        (timedelta(days=-400), True),
    ],
)
def test_the_server_certificate_is_renewed_when_less_than_60_days_are_left(
    left: timedelta,
    renewed: bool,  # noqa: FBT001 - a column of the table above
    folder: Path,
    real_now: datetime,
) -> None:
    made = load_authority(folder, [], real_now)
    later = made.server.certificate.not_valid_after_utc - left
    found = load_authority(folder, [], later)
    assert (found.server.certificate != made.server.certificate) is renewed
    assert found.intermediate.certificate == made.intermediate.certificate
    if renewed:
        assert found.server.certificate.not_valid_after_utc == later + timedelta(days=820)
    assert contents(load_authority(folder, [], later)) == contents(found)
    assert {path.name for path in folder.iterdir()} == FILES
    server_context(found)


def test_a_server_certificate_of_the_future_is_renewed(folder: Path, real_now: datetime) -> None:
    """The machine's clock was wrong at first start and has been corrected."""
    load_authority(folder, [], real_now + timedelta(days=300))
    found = load_authority(folder, [], real_now)
    assert found.server.certificate.not_valid_before_utc < real_now


def test_a_renewed_certificate_keeps_the_names(folder: Path, real_now: datetime) -> None:
    load_authority(folder, ["salle12.lan", "192.168.1.9"], real_now)
    found = load_authority(folder, [], real_now + timedelta(days=800))
    assert found.names == ("salle12.lan", "192.168.1.9")


def test_an_authority_serves_to_its_last_second_and_is_refused_after(
    folder: Path, real_now: datetime
) -> None:
    made = load_authority(folder, [], real_now)
    ends = made.intermediate.certificate.not_valid_after_utc
    for instant in (ends - timedelta(seconds=1), ends):
        assert load_authority(folder, [], instant).server.certificate.not_valid_after_utc == ends
    with pytest.raises(AuthorityError, match="has expired"):
        load_authority(folder, [], ends + timedelta(seconds=1))
