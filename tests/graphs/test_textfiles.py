"""Files of a collection: which are taken of a folder, and what is said of those that are missing, binary or damaged."""

import gzip
import os
import tracemalloc
from pathlib import Path

import pytest

import deanalysis as da
from deanalysis.graphs import textfiles as module
from deanalysis.graphs.corpus import collect

PACKED = gzip.compress(b"A bear sleeps.\n" * 50, mtime=0)


def refused(*files: Path, **options: object) -> str:
    """Return what is said of files that are refused, in one line."""
    with pytest.raises(da.InputError) as error:
        da.corpus(files, **options)
    assert "\n" not in str(error.value)
    return str(error.value)


def written(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_of_a_folder_all_files_are_taken_but_hidden_binary_and_linked_ones(tmp_path: Path) -> None:
    for name in ("b", "a/z", "a/b.gz", ".hidden", "a/.git/config", "c"):
        written(tmp_path / name, f"The file {name[0]}.".encode() if not name.endswith("gz") else PACKED)
    written(tmp_path / "a" / "image", b"GIF\0\1")
    (tmp_path / "b.u8").symlink_to("b")
    (tmp_path / "again").symlink_to("a")
    (tmp_path / "nowhere").symlink_to("nothing")
    os.mkfifo(tmp_path / "pipe")
    collected = collect(tmp_path)
    names = dict.fromkeys(str(name).rpartition(":")[0] for name in collected.graph.text_names)
    assert [str(Path(name).relative_to(tmp_path)) for name in names] == ["a/b.gz", "a/z", "b", "c"]
    assert (collected.files, collected.skipped) == (5, [tmp_path / "a" / "image"])
    with pytest.warns(UserWarning, match=r"^binary, so left out: 1 of 5 files, the first is .*image$"):
        assert da.corpus(tmp_path) == collected.graph


def test_a_link_that_is_named_itself_is_followed(tmp_path: Path) -> None:
    written(tmp_path / "a", b"A bear.")
    (tmp_path / "b").symlink_to("a")
    assert da.corpus(tmp_path / "b").edges == 2


def test_files_are_named_in_any_way_but_once(tmp_path: Path) -> None:
    path = written(tmp_path / "a", b"A bear.")
    (tmp_path / "b").symlink_to("a")
    assert da.corpus(str(path)) == da.corpus([path]) == da.corpus(os.fsencode(path))
    for twice in ((path, path), (tmp_path, path), (path, tmp_path / "b")):
        assert refused(*twice).startswith("files must name each file once, also by its folder, got '")
    for wrong in (None, 3, [3], [], "", [""]):
        with pytest.raises(da.InputError, match=r"^files must (be paths of files or folders|name at least one file or folder)"):
            da.corpus(wrong)  # type: ignore[arg-type]


def test_missing_files_and_empty_folders(tmp_path: Path) -> None:
    assert refused(tmp_path / "a") == f"the file {tmp_path}/a must be one that can be read: No such file or directory"
    assert refused(tmp_path).startswith("files must be files, or folders with files that are not hidden")
    (tmp_path / "loop").symlink_to("loop")
    assert refused(tmp_path / "loop").endswith("must be one that can be read: Too many levels of symbolic links")
    assert refused(tmp_path / "a\0b").endswith("must be one that can be read: embedded null byte")
    assert refused(written(tmp_path / "empty", b"")) == "files must hold at least one word"
    assert refused(written(tmp_path / "empty.gz", gzip.compress(b""))) == "files must hold at least one word"


def test_a_file_that_may_not_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = written(tmp_path / "a", b"A bear.")
    monkeypatch.setattr(Path, "open", denied)
    assert refused(path) == f"the file {path} must be one that can be read: Permission denied"


def test_names_that_are_no_unicode_can_be_written(tmp_path: Path) -> None:
    path = written(tmp_path / os.fsdecode(b"a\xff"), b"A bear.")
    graph = da.corpus(path)
    assert graph.text_names == [f"{tmp_path}/a\N{REPLACEMENT CHARACTER}:1"]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("before", [0, 7, 2**20 - 1, 2**20, 3 * 2**20 + 5])
def test_the_byte_that_is_not_in_the_encoding_is_named(before: int, packed: bool, tmp_path: Path) -> None:
    content = (b"A bear sleeps through the long winter night, as bears do.\r\n" * (before // 59 + 1))[:before] + b"\xe9 bear\n"
    path = written(tmp_path / "a", gzip.compress(content, 1) if packed else content)
    for files in (path, tmp_path):
        said = f"encoding must be that of all files: byte {before} (0xe9) of {path} is not utf-8; for Western texts try latin-1 or cp1252"
        assert refused(files) == said
    assert any("é" in word for word in da.corpus(path, encoding="latin-1", unit="line").skill_names)


def test_a_character_that_is_cut_off_at_the_end_is_said(tmp_path: Path) -> None:
    assert "byte 5 (0xc3)" in refused(written(tmp_path / "a", b"bear \xc3"))
    assert "byte 8 (0x72)" in refused(written(tmp_path / "b", "bear".encode("utf-16")[:-1]), encoding="utf-16")


@pytest.mark.parametrize(("encoding", "content"), [("utf-7", b"bear +2AA- x"), ("unicode_escape", b"bear \\ud800 x")])
def test_halves_of_characters_are_said(encoding: str, content: bytes, tmp_path: Path) -> None:
    path = written(tmp_path / "a", content)
    assert refused(path, encoding=encoding) == f"encoding must be that of all files: {path} holds U+D800, which is half of a character"


def test_a_byte_order_mark_is_no_part_of_a_text(tmp_path: Path) -> None:
    path = written(tmp_path / "a", "A bear.".encode("utf-8-sig"))
    assert da.corpus(path).content(0) == "A bear."


def test_a_binary_file_that_is_named_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a", b"\x7fELF\0\0")
    assert refused(path) == f"the file {path} must be text, and holds a zero byte; state its `encoding` if it is UTF-16 or UTF-32"
    assert refused(tmp_path) == "files must hold at least one word"
    path.write_bytes("Ein Bär.".encode("utf-32"))
    assert refused(path).startswith(f"the file {path} must be text")
    assert da.corpus(path, encoding="utf-32").skill_names == ["ein", "bär"]


def test_a_file_is_binary_by_what_it_begins_with(tmp_path: Path) -> None:
    written(tmp_path / "a", b"A bear sleeps.\n" * 2**17 + b"Two\0bears.")
    collected = collect(tmp_path)
    assert collected.graph.skill_names == ["a", "bear", "sleeps", "two", "bears"]
    assert not collected.skipped


@pytest.mark.parametrize(
    "damaged",
    [
        PACKED[:-1],
        PACKED[:-9],
        PACKED[:11],
        PACKED[:2],
        PACKED[:-8] + b"12345678",
        PACKED[:12] + b"\xff\xff" + PACKED[14:],
        PACKED + b"more",
    ],
)
def test_damaged_gzip_files_are_refused(damaged: bytes, tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", damaged)
    assert refused(path) == f"the file {path} must be a whole gzip file: it is cut or damaged"


def test_what_is_packed_is_known_by_what_it_begins_with(tmp_path: Path) -> None:
    assert da.corpus(written(tmp_path / "a.gz", b"A bear.")).edges == 2
    assert da.corpus(written(tmp_path / "a.txt", PACKED)).texts == 50
    assert da.corpus(written(tmp_path / "a.dz", PACKED + PACKED)).texts == 100


def test_files_made_to_fill_the_memory_are_refused_before(tmp_path: Path) -> None:
    packed = written(tmp_path / "bomb", gzip.compress(b"a " * 10**8, 1))
    line = written(tmp_path / "line", b"a bear. " * 10**6)
    tracemalloc.start()
    for path in (packed, line):
        for unit in ("line", "sentence"):
            assert refused(path, unit=unit) == f"the file {path} must have lines of at most 1000000 characters; break its lines"
    assert tracemalloc.get_traced_memory()[1] < 30e6
    tracemalloc.stop()


def test_a_line_may_have_a_million_characters(tmp_path: Path) -> None:
    for length, is_refused in ((10**6, False), (10**6 + 1, True)):
        path = written(tmp_path / "a", b"a b.\n" * 90_000 + b"a" * length + b"\nc")
        if is_refused:
            assert refused(path, unit="line").endswith("must have lines of at most 1000000 characters; break its lines")
        else:
            assert da.corpus(path, unit="line").texts == 90_002


def test_a_packed_file_that_grows_as_no_text_does_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ALLOWED", 10**5)
    short = written(tmp_path / "short", gzip.compress(b"a\n" * 10**7))
    assert refused(short, unit="line") == f"the file {short} must not unpack to more than 200 times its size; unpack it first"


def test_progress_counts_bytes_on_disk(tmp_path: Path) -> None:
    sizes = [len(written(tmp_path / name, text).read_bytes()) for name, text in (("a", b"bear\n" * 500_000), ("b", PACKED), ("c", b"\0"))]
    told: list[tuple[int, int]] = []
    collect(tmp_path, unit="line", progress=lambda *step: told.append(step))
    assert {of for _, of in told} == {sum(sizes)}
    done = [step for step, _ in told]
    assert done == sorted(done)
    assert {2**19, 2**20, sizes[0], sum(sizes[:2]), sum(sizes)} <= set(done)
