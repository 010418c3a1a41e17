"""Words of others stay words: in HTML no tag comes of them, in LaTeX no command but those that set a character."""

import html
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from deanalysis.present.kit.verbatim import _ACCENTED, _MARKS, Verbatim
from tests.system import compile_latex

HOSTILE = [
    *("<script>alert(1)</script>", "<img src=x onerror=alert(2)>", "&amp; &lt;", "-->", "]]>", "{{ 7 * 7 }} <% x %> << y >>", "`code`"),
    *(
        "$x^2$",
        "$",
        "$$",
        r"\input{/etc/passwd}",
        r"\write18{touch written}",
        r"\end{document}",
        "\\",
        "%",
        "#1",
        "a&b",
        "^^41",
        "~",
        "[1]",
        "*",
    ),
    *("a\nb\tc\r\n", "\x00\x07\x1b[31m\x7f", "\u202eevil", "\u2066\u2028\ufeff", "\ud800", "", " ", "=1+1", "?` !` -- ,, `` ''", '"'),
    *("שלום עולם", "中文", "Ελληνικά", "😀👨\u200d👩", "e\u0301", "ﬁ Ⅷ ②", "é ñ ß Ł", "x" * 10_000, "y " * 5_000, "a\u0301" * 200),
]
"""Names that were made to act as something else, or that are hard to set."""
_COMMAND = re.compile(
    r"\\(?:textbackslash|textasciitilde|textasciicircum|textasciigrave|textquotesingle|textquotedbl|textless|textgreater|textbar|allowbreak)\{\}"
    r"|\\[&%#_{}$]|[-,!?]\{\}"
)


def plain(latex: str) -> str:
    """Return what is left of words set as LaTeX when all that sets a single character is taken out."""
    assert latex[0] + latex[-1] == "{}"
    return _COMMAND.sub("", latex[1:-1])


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    name = Verbatim(words)
    inside = re.fullmatch(r"<bdi(?: class=\"long\")?>(.*)</bdi>", str(name.html))
    assert inside is not None
    assert not set(inside[1]) & set("<>\"'")
    assert html.unescape(inside[1]) == name.shown
    assert not set(plain(name.latex)) & set("\\{}$&#%^_~`'\"<>|")
    assert len(name.shown) <= name.most + 1


@given(st.text(st.characters(exclude_categories=()), max_size=200), st.integers(1, 120))
def test_any_words_stay_words(words: str, most: int) -> None:
    name = Verbatim(words, most)
    assert not set(plain(name.latex)) & set("\\{}$&#%^_~`'\"<>|")
    name.shown.encode("utf-8")
    assert set(name.latex) <= {*map(chr, range(32, 127)), *_ACCENTED, *_MARKS}


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60))
def test_plain_words_are_shown_as_they_are(words: str) -> None:
    assert Verbatim(words).shown == words


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("a\n b\t\u2028c ", "a b c"),
        ("", "(empty)"),
        ("\n", "(empty)"),
        ("a\x07b", "a[U+0007]b"),
        ("\u202eevil", "[U+202E]evil"),
        ("中文", "中文"),
        ("e\u0301", "é"),
        ("x" * 81, "x" * 80 + "…"),
        ("x" * 80, "x" * 80),
    ],
)
def test_what_shows_nothing_is_shown(words: str, shown: str) -> None:
    assert Verbatim(words).shown == shown


@pytest.mark.parametrize(
    ("words", "set_as"), [("中", "{[U+4E2D]}"), ("ﬁ", "{fi}"), ("ṃ", "{m}"), ("é", "{é}"), ("𝔸", "{A}"), ("--", "{-{}-{}}")]
)
def test_the_document_shows_what_its_fonts_lack(words: str, set_as: str) -> None:
    assert Verbatim(words).latex == set_as


def test_the_document_compiles_whatever_the_words_hold(tmp_path: Path) -> None:
    chance = random.Random(1)
    anything = ["".join(chr(chance.randrange(0x110000)) for _ in range(20)) for _ in range(100)]
    common = ["".join(map(chr, range(start, start + 40))) for start in range(0, 0x2600, 40)]
    names = [*HOSTILE, *anything, *common, _ACCENTED, _MARKS]
    head = r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}\usepackage{lmodern}\usepackage{textcomp}"
    body = "\n\n".join(Verbatim(name, 200).latex for name in names)
    document = tmp_path / "names.tex"
    document.write_text(f"{head}\\begin{{document}}\n{body}\n\\end{{document}}\n", encoding="utf-8")
    assert "Missing character" not in compile_latex(document, times=1)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".aux", ".log", ".pdf", ".tex"]
