"""The section of a report about semantic compression: bits per text along the letter, theory beside a real coder."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...coder.language import Language
from ...errors import InputError
from ...model.formula import latex
from ...theory.compression.compress import gain_jumps
from ..kit.cases import Case
from ..kit.compression import bits_table, draw_bits, draw_system
from ..kit.curves import Table
from ..validation.coding import code_texts, coded_table, cost_by_count
from .content import Equation, Grid, Section, Text, drawn
from .study import Study

__all__ = ["compression_section"]

_SKILLS, _TEXTS, _CODED = 20_000, 20_000, 6
_FORMULAS = {
    "flag and count": r"B_1 = -\sum_k s_k \log_2 s_k - (1 - \pi) \log_2 (1 - \pi)",
    "sets": r"B_2 = \sum_k s_k \log_2 \binom{N}{k}",
    "fallback": r"B_3 = \sum_k (p_k - s_k)\,\ell(k)",
}


_SYSTEM = "The system: a semantic code, then a channel code, designed apart."


def compression_section(study: Study, seed: int) -> Section:
    """Return what a trained learner saves: formulas, bits per text along the letter with a real coder beside them, and the system."""
    language = Language()
    cost = cost_by_count(language, _SKILLS, _TEXTS)
    words = (
        "A text is understood if all its skills have been learned. It is then sent as the set of its skills' indices, the count first; any "
        r"other text goes as it is written, by a lossless code of $\ell$ bits. With $p = 1 - \zeta$, $s_k = p_k\,p^k$, $\pi = P(p)$ and "
        "$N = p\\,n$ learned skills a text takes $B_1 + B_2 + B_3$ bits: for which texts are understood and how many skills these have, "
        "for their sets of skills, and for the others."
    )
    caption = (
        f"Bits per text against ${latex(study.parameter)}$ with {_SKILLS} skills: theory (lines, dotted across a jump), and the bytes of a "
        f"real coder, decoded again (marks, {_TEXTS} texts of one learner each), on texts of a language in which zstd takes "
        f"${cost.replace('*', ' ')}$ bits for $k$ skills."
    )
    theory = [bits_table(case, study.limits, _SKILLS, cost) for case in study.cases]
    coded = [_coded(case, study.limits, language, seed) for case in study.cases]
    tables: dict[str, Table] = {}
    for case, by_theory, by_coder in zip(study.cases, theory, coded, strict=True):
        tables |= {f"compression_theory{case.suffix}": by_theory, f"compression_coder{case.suffix}": by_coder}

    def draw(axes: Any) -> None:
        for style, case in enumerate(study.cases):
            draw_bits(axes, theory[style], coded[style], case.parameter, label=case.name, style=style)
        axes.set(xlim=study.limits, ylim=(0, None))
        axes.legend()

    parts = [
        Text(words),
        *(Equation(name, formula) for name, formula in _FORMULAS.items()),
        drawn("compression", caption, f"bits proved; the coder's bytes counted, seed {seed}.", tables, draw),
        *_jumps(study, cost),
        drawn("system", _SYSTEM, "a drawing; no numbers.", {}, draw_system, width=8.6, height=2.5),
    ]
    return Section("Semantic compression", tuple(parts))


def _coded(case: Case, limits: tuple[float, float], language: Language, seed: int) -> Table:
    """Let a learner send texts at some values of the letter."""
    low, high = limits
    places = [f"{value:.4g}" for value in np.linspace(low + 0.1 * (high - low), high - 0.05 * (high - low), _CODED)]
    options: dict[str, Any] = {"skills": _SKILLS, "texts": _TEXTS, "language": language, "seed": seed}
    points = [(float(value), code_texts(case.evolution, **options, **{**case.values, case.parameter: value})) for value in places]
    return coded_table(case.parameter, points)


def _jumps(study: Study, cost: str) -> list[Grid | Text]:
    """Return the bits before and past each jump; where the jumps are not all known, why."""
    rows, unknown = [], []
    for case in study.cases:
        try:
            jumps = gain_jumps(case.evolution, _SKILLS, cost, case.parameter, digits=10, **case.values)
        except InputError as error:
            unknown.append(Text(f"{case.name or 'Here'}: {error}."))
            continue
        numbers = ((value, before.bits_per_text, past.bits_per_text, before.gain, past.gain) for value, before, past in jumps)
        rows += [(case.name, *(f"${float(number):.6g}$" for number in row)) for row in numbers]
    header = ("", f"${latex(study.parameter)}^*$", "bits before", "bits past", "gain before", "gain past")
    return [*([Grid("Where the gain over the lossless code jumps.", header, tuple(rows), "proved.")] if rows else []), *unknown]
