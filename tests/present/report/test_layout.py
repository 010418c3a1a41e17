"""What is set on a page is text: markup, scripts and LaTeX's own marks in titles, names and cells never act."""

import re

import pytest

from deanalysis.present.kit.latex import tex
from deanalysis.present.report.content import Explorer, Grid, Section, Slider, Text, document, page

EVIL = "<script>alert(1)</script> & \"quoted\" 'so' <img src=x onerror=alert(2)> {{ 7 * 7 }}"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"


def page_of(*parts: Text | Grid | Explorer, title: str = "T", subtitle: str = "S", footer: str = "F") -> str:
    return page(title, subtitle, [Section("A section", parts)], footer)


@pytest.mark.parametrize(
    "written",
    [
        page_of(title=EVIL),
        page_of(subtitle=EVIL),
        page_of(footer=EVIL),
        page_of(Text(EVIL)),
        page_of(Text(f"`{EVIL}` in code, and $x < y$")),
        page_of(Grid(EVIL, ("a",), (("1",),), "sure")),
        page_of(Grid("c", (EVIL,), (("1",),), "sure")),
        page_of(Grid("c", ("a",), ((EVIL,),), "sure")),
        page("T", "S", [Section(EVIL, (Text("t"),))], "F"),
    ],
)
def test_markup_is_text(written: str) -> None:
    plain = page_of(Text("t"), Grid("c", ("a",), (("1",),), "sure"))
    assert "<script>alert" not in written
    assert "<img src=x" not in written
    assert ESCAPED in written
    assert "{{ 7 * 7 }}" in written
    assert written.count("<script") <= plain.count("<script")


def test_formulas_and_code_are_set_among_text() -> None:
    written = page_of(Text("where $x < y$ and `a < b` & so"))
    assert "<code>a &lt; b</code> &amp; so" in written
    assert re.search(r"<math[^>]*>.*?<mo>&(lt|#x0003C);</mo>.*?</math>", written, flags=re.DOTALL)


def test_no_line_begins_with_the_mark_behind_a_formula() -> None:
    written = page_of(Text("with $x$, $y$ and ($z$)."))
    marks = re.findall(r'<span class="whole"><math.*?</math>(.*?)</span>', written, flags=re.DOTALL)
    assert marks == [",", ")."]


@pytest.mark.parametrize("end", ["</script>", "</SCRIPT >", "<!--</script", "'</script><script>alert(3)//"])
def test_nothing_in_a_script_ends_it(end: str) -> None:
    source = f'const model = "{end}";'
    harmless = page_of(Explorer((Slider("c", 1, 2, 0.1, 1.5),), (), 1, False, "const model = 1;"))
    written = page_of(Explorer((Slider("c", 1, 2, 0.1, 1.5),), (), 1, False, source))
    assert source.replace("</", r"<\/") in written
    assert written.lower().count("</script") == harmless.lower().count("</script")


def test_a_slider_s_name_is_text() -> None:
    written = page_of(Explorer((Slider("</script><evil>", 1, 2, 0.1, 1.5),), (), 1, False, "const model = 1;"))
    assert "<evil>" not in written


def test_marks_of_latex_are_text() -> None:
    special = r"\% \& \_a\_ \#1 \{x\} \textasciitilde{} \textasciicircum{} \textbackslash{}"
    assert tex("% & _a_ #1 {x} ~ ^ \\ and $x_1$") == f"{special} and $x_1$"
    written = document(r"\input{/etc/passwd}", "S", [Section("s", (Text(r"\write18{ls} <% 7 %> << 7 >>"),))])
    assert r"\input{/etc" not in written
    assert r"\write18{ls}" not in written
    assert r"$<$\% 7 \%$>$ $<$$<$ 7 $>$$>$" in written
