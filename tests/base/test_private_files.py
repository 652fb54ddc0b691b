"""Private files: whole or not at all, for this user alone, with nothing left beside them."""

from pathlib import Path

import pytest

from maquette.simulator.base.private_files import write_private


def test_a_file_is_replaced_and_only_this_user_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "token"
    for content in (b"one", b"two"):
        write_private(file, content)
        assert (file.read_bytes(), file.stat().st_mode & 0o777) == (content, 0o600)
    assert list(tmp_path.iterdir()) == [file]


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(IsADirectoryError):
        write_private(tmp_path / "taken", b"one")
    assert [each.name for each in tmp_path.iterdir()] == ["taken"]
