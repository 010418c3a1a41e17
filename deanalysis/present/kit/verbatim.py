"""Words of others, such as the names in a graph: shown as they are, whatever they hold, never read as markup, formula or command."""

from __future__ import annotations

from dataclasses import dataclass
from unicodedata import category, normalize

from markupsafe import Markup

from ...errors import visible

_ACCENTED = (
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿĀāĂăĄąĆćĈĉĊċČčĎďĐđĒēĔĕĖėĘęĚěĜĝĞğĠġĢģĤĥĨĩĪīĬĭĮįİıĴĵĶķĹĺĻļĽľŁłŃńŅņŇňŊŋ"
    "ŌōŎŏŐőŒœŔŕŖŗŘřŚśŜŝŞşŠšŢţŤťŨũŪūŬŭŮůŰűŲųŴŵŶŷŸŹźŻżŽž"
)
_MARKS = "¡¿§¶«»°±·×÷£€–—‘’‚“”„…"
_SAME = {*map(chr, range(ord(" "), ord("~") + 1)), *_ACCENTED, *_MARKS}
"""Characters that the document's fonts have."""
_COMMANDS = {"\\": "textbackslash", "~": "textasciitilde", "^": "textasciicircum", "`": "textasciigrave", "'": "textquotesingle"}
_COMMANDS |= {'"': "textquotedbl", "<": "textless", ">": "textgreater", "|": "textbar"}
_SET = {
    **{mark: rf"\{name}{{}}" for mark, name in _COMMANDS.items()},
    **{mark: rf"\{mark}" for mark in "&%#_{}$"},
    **{mark: f"{mark}{{}}" for mark in "-,!?"},
}
"""How LaTeX sets what it reads otherwise, or joins with what follows."""
_PART = 10
"""Characters of a word between which the document may break it: no line is left with much room."""
_LONG = 30
"""Characters of a text, rather than of a name."""
MOST = 80
"""Characters that are shown of a name, about a line; what is longer ends in an ellipsis."""


@dataclass(frozen=True)
class Verbatim:
    r"""Words shown as they are, in one line, at most some characters of them.

    White space is shown as one blank; characters that show nothing, or that a font lacks, by their number, as [U+202E].

    >>> name = Verbatim("$x$\n<b> 中")
    >>> print(name.html, name.latex)
    <bdi>$x$ &lt;b&gt; 中</bdi> {\$x\$ \textless{}b\textgreater{} [U+4E2D]}
    """

    words: str
    most: int = MOST

    @property
    def html(self) -> Markup:
        """The words as HTML, in a direction of their own; long ones are marked, so that a table leaves them room."""
        shown = self.shown
        return Markup('<bdi class="long">{}</bdi>' if len(shown) > _LONG else "<bdi>{}</bdi>").format(shown)

    @property
    def shown(self) -> str:
        """The words without what shows nothing."""
        return self._cut([visible(mark) for mark in self._characters])

    @property
    def latex(self) -> str:
        """The words as LaTeX, in a group, which may be broken within a long word."""
        return f"{{{' '.join(map(_breakable, self.printable.split(' ')))}}}"

    @property
    def printable(self) -> str:
        """The words in characters that the fonts of documents and figures have."""
        return self._cut([piece for mark in self._characters for piece in _printable(mark)])

    @property
    def _characters(self) -> str:
        """The first characters, composed, more than are shown, white space as blanks."""
        return normalize("NFC", " ".join(self.words[: 4 * self.most].split()))

    def _cut(self, pieces: list[str]) -> str:
        """Return as many pieces as there is room for; an ellipsis where that is not all."""
        room, shown = self.most, []
        for piece in pieces:
            room -= len(piece)
            if room < 0:
                break
            shown.append(piece)
        whole = len(shown) == len(pieces) and len(self.words) <= 4 * self.most
        return "".join(shown).rstrip() + ("" if whole else "…") or "(empty)"


def _printable(mark: str) -> list[str]:
    """Return a character if fonts have it, else what it is made of without its accents, else its number."""
    if mark in _SAME:
        return [mark]
    plain = [part for part in normalize("NFKD", mark) if category(part) != "Mn"]
    return plain if plain and _SAME.issuperset(plain) else [f"[U+{ord(mark):04X}]"]


def _breakable(word: str) -> str:
    """Set a word so that a line may be broken within it, where it is long."""
    parts = [word[at : at + _PART] for at in range(0, len(word), _PART)]
    return r"\allowbreak{}".join("".join(_SET.get(mark, mark) for mark in part) for part in parts)
