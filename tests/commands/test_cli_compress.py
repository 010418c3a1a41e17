"""Semantic compression at the command line: the rate, the coder, the channel, and files of texts."""

from pathlib import Path

import pytest
from command_line import output, run_here


def test_the_rate_as_json() -> None:
    found = output("compress", "paper", "--set", "c=3", "--set", "R=2", "--size", "100000", "--lossless-bits", "256")
    assert found["understood"] == pytest.approx(0.992239573387128)
    assert found["gain"] == pytest.approx(256 / found["bits_per_text"])
    assert found["bits_per_text"] == pytest.approx(found["flag_and_count"] + found["indices"] + found["fallback"])
    assert found["jumps"] is found["measured"] is found["channel"] is found["stop"] is None
    many = output("compress", "paper", "--set", "c=3", "--set", "R=2", "--size", "100000", "--lossless-bits", "256", "--digits", "40")
    assert isinstance(many["bits_per_text"], str)
    assert float(many["bits_per_text"]) == pytest.approx(found["bits_per_text"])


def test_a_free_letter_gives_jumps_and_when_to_stop(tmp_path: Path) -> None:
    table = tmp_path / "bits.csv"
    common = ("compress", "paper", "--set", "c=5", "--size", "100000", "--lossless-bits", "256", "--stream", "1e7")
    found = output(*common, "-o", str(table))
    assert found["bits_per_text"] is None
    (jump,) = found["jumps"]
    assert jump["value"] == pytest.approx(2.4565308892392)
    assert jump["past"]["gain"] > 3 * jump["before"]["gain"]
    assert found["stop"]["place"] == "emergence"
    names, *rows = table.read_text().splitlines()
    assert names == "R,understood,bits,gain,reached"
    assert len(rows) > 50
    figure = tmp_path / "bits.svg"
    printed = run_here(*common, "-o", str(figure))
    assert "jump at R* = 2.4565308892392" in printed.stdout
    assert figure.read_text().rstrip().endswith("</svg>")
    assert "does not jump" in run_here("compress", "paper", "--set", "c=2", "--size", "1000", "--lossless-bits", "99").stdout


def test_the_coder_and_the_channel_beside_the_rate() -> None:
    common = ("compress", "paper", "--set", "c=3", "--set", "R=2", "--size", "50000", "--coder", "50000", "--erasure", "0.42")
    found = output(*common)
    assert found["measured"]["bits"] == pytest.approx(found["bits_per_text"], rel=0.01)
    assert found["measured"]["theory"]["bits_per_text"] == found["bits_per_text"]
    sent = found["channel"]
    for name in ("semantic", "lossless"):
        assert sent[name]["arrives"] == pytest.approx((1 - sent[name]["block_lost"]) ** sent[name]["blocks"])
    assert sent["semantic"]["arrives"] > 2 * sent["lossless"]["arrives"]
    assert sent["threshold"] == pytest.approx(0.429439814419492)
    printed = run_here(*common, "--channel", "ldpc(4,8)", "--message", "10").stdout
    assert "by zstd alone" in printed
    assert "channel code of length 10000, rate 0.5" in printed


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--size", "100"), "--lossless-bits"),
        (("--size", "0", "--lossless-bits", "9", "--set", "R=1"), "--size"),
        (("--size", "100", "--lossless-bits", "import os"), "--lossless-bits"),
        (("--size", "100", "--lossless-bits", "-9"), "--lossless-bits"),
        (("--size", "100", "--lossless-bits", "9", "--coder", "1000"), "--coder needs every letter bound"),
        (("--size", "100", "--lossless-bits", "9", "--erasure", "0.4"), "--erasure needs every letter bound"),
        (("--size", "100", "--lossless-bits", "9", "--set", "R=1", "--erasure", "2"), "--erasure"),
        (("--size", "100", "--lossless-bits", "9", "--set", "R=1", "--channel", "ldpc(3,6)"), "--channel needs --erasure"),
        (("--size", "100", "--lossless-bits", "9", "--set", "R=1", "--stream", "9"), "--stream needs a letter"),
        (("--size", "100", "--lossless-bits", "9", "--set", "R=1", "--erasure", "0.1", "--channel", "paper"), "--channel"),
        (("--size", "100", "--lossless-bits", "9", "-o", "x.txt"), "must end in"),
        (("--size", "100", "--lossless-bits", "9", "--picks", "all"), "--picks must be uniform or popularity"),
        (("--size", "100", "--set", "R=1", "--coder", "100", "--seed", "-1"), "--seed must be a whole number"),
    ],
)
def test_bad_input_is_one_line(options: tuple[str, ...], words: str) -> None:
    done = run_here("compress", "paper", "--set", "c=3", *options)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_channel_with_several_classes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "classes.toml").write_text('[skills.a]\nshare = "1"\n[texts.t]\nratio = "R"\nskills = {a = "poisson(3)"}\n')
    options = ("--set", "c=3", "--set", "R=2", "--size", "100", "--lossless-bits", "9", "--erasure", "0.1", "--channel", "classes.toml")
    done = run_here("compress", "paper", *options, folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("deanalysis: --channel must have one topic, one class of skills")
    assert done.stderr.count("\n") == 1


def test_files_of_texts_come_back(tmp_path: Path) -> None:
    (tmp_path / "texts").write_text("3 1 2\n\n9 1\n2\n")
    (tmp_path / "learned").write_text("3\n1\n2\n")
    done = run_here("encode", "texts", "--learned", "learned", "-o", "coded", folder=tmp_path)
    assert done.stdout.startswith("4 texts, 3 of them understood: ")
    assert (tmp_path / "coded").stat().st_size == int(done.stdout.split()[-2])
    assert run_here("decode", "coded", "--learned", "learned", "-o", "back", folder=tmp_path).stdout == "4 texts\n"
    assert (tmp_path / "back").read_text() == "1 2 3\n\n1 9\n2\n"


@pytest.mark.parametrize(
    ("command", "texts", "learned", "words"),
    [
        ("encode", "1 x", "1", "line 1 of texts must hold whole numbers"),
        ("encode", "1\n-2", "1", "line 2 of texts"),
        ("encode", "99999999999", "1", "line 1 of texts"),
        ("encode", "4000000000", "1", "skills from 0 to"),
        ("encode", "1", "1 2", "must hold one skill"),
        ("encode", "1", "1\n1", "must each be there once"),
        ("decode", "1 2 3 and more", "1", "not one of a semantic coder"),
        ("decode", "", "1", "ends too early"),
    ],
)
def test_files_that_are_none(command: str, texts: str, learned: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "texts").write_text(texts)
    (tmp_path / "learned").write_text(learned)
    done = run_here(command, "texts", "--learned", "learned", "-o", "out", folder=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_files_that_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "texts").write_text("1\n")
    for arguments in (("texts", "--learned", "none", "-o", "out"), ("none", "--learned", "texts", "-o", "out")):
        done = run_here("encode", *arguments, folder=tmp_path)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    done = run_here("encode", "texts", "--learned", "texts", "-o", "no/where", folder=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["texts"]
