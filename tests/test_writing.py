"""Files are written at once or not at all, also through links; what is no file is written to itself."""

import os
import stat
from pathlib import Path

import pytest

from deanalysis.errors import InputError
from deanalysis.writing import replacing


def test_a_file_is_replaced_when_all_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with replacing(path, "output") as draft:
        draft.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError()])
def test_where_that_fails_the_old_file_is_left(error: BaseException, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def write() -> None:
        with replacing(path, "output") as draft:
            draft.write_text("new")
            raise error

    with pytest.raises(type(error)):
        write()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder/a.txt")
    for content in ("first", "second"):
        with replacing(tmp_path / "link", "output") as draft:
            draft.write_text(content)
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "folder" / "a.txt").read_text() == content


def test_what_is_no_file_is_written_to_itself(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    with replacing(tmp_path / "pipe", "output") as draft:
        draft.write_text("new")
    assert os.read(reader, 10) == b"new"
    os.close(reader)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_what_the_system_refuses_is_one_line(tmp_path: Path) -> None:
    for path, reason in ((tmp_path, "Is a directory"), (tmp_path / "no" / "folder", "No such file")):
        with (
            pytest.raises(InputError, match=rf"^the table must be a file that can be written \({reason}"),
            replacing(path, "the table") as draft,
        ):
            draft.write_text("new")
