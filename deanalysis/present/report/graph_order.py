"""The sections of a graph's report about the cascade, the order of learning, and the association graph of what is learned."""

from __future__ import annotations

from itertools import islice

from ...graphs.curricula import Curriculum
from ...graphs.gifts import COMMONEST
from ..kit.graphs import cascade_table, draw_cascade
from ..kit.verbatim import Verbatim
from .content import Grid, Said, Section, Text, cell, drawn
from .graph_sections import whole
from .graph_study import GraphStudy

_STEPS, _BLOCKS, _TOGETHER = 25, 10, 5
"""Steps of the curriculum that are shown, numbers of novel skills left, and skills of a step."""
_SHORT = 40
"""Characters of a name beside others."""


def cascade_section(study: GraphStudy) -> Section:
    """Return how many skills are learned in each round, on the graph and on a rewired copy."""
    learned = {"graph": study.learning, **({"rewired": study.copied} if study.copied else {})}
    told = " ".join(
        f"{'On the graph' if name == 'graph' else 'On a rewired copy'} {whole(sum(found.cascade))} skills are learned in "
        f"{whole(found.rounds)} rounds."
        for name, found in learned.items()
    )
    words = Text(f"In a round all texts teach at once what they can with what was known before it. {told}")
    taught = {name: found for name, found in learned.items() if found.cascade}
    if not taught:
        return Section("Rounds of the cascade", (words,))
    tables = {name: cascade_table(found.cascade, found.known, found.skills) for name, found in taught.items()}
    caption = f"Skills learned in each round: {' and '.join('the graph' if name == 'graph' else 'a rewired copy' for name in tables)}."
    named = {f"cascade_{name}": table for name, table in tables.items()}
    return Section("Rounds of the cascade", (words, drawn("cascade", caption, "counted.", named, lambda axes: draw_cascade(axes, tables))))


def order_section(study: GraphStudy) -> Section:
    """Return the first steps of the curriculum, what blocks the other texts, and the gifts that teach most."""
    curriculum = Curriculum.of(study.learning)
    words = (
        "A curriculum: the texts in an order in which each has at its turn no more novel skills than it can teach, and teaches them. "
        f"{whole(curriculum.texts)} texts teach {whole(curriculum.skills)} skills in {whole(curriculum.rounds)} rounds."
    )
    parts = [*_hint(curriculum, study), *_first_steps(curriculum), *_blocks(curriculum), *_gifts(study)]
    return Section("Order of learning", (Text(words), *parts))


def _hint(curriculum: Curriculum, study: GraphStudy) -> list[Text]:
    """Say what has to be known before for an order of learning, where there is none."""
    emergence = study.along.graph
    if curriculum.texts or not emergence.is_jump or emergence.known <= study.known_top:
        return []
    return [Text(f"No text teaches anything. Where the {emergence.known} commonest skills are known before (`known_top`), texts teach.")]


def _first_steps(curriculum: Curriculum) -> list[Grid]:
    rows: list[tuple[Said, ...]] = []
    for step in curriculum.steps[:_STEPS]:
        names = [Verbatim(str(skill), _SHORT) for skill in islice(step.skills, _TOGETHER)]
        more = f" and {len(step.skills) - _TOGETHER} more" if len(step.skills) > _TOGETHER else ""
        taught = tuple(part for name in names for part in (name, ", "))[:-1]
        rows.append((Verbatim(str(step.text), _SHORT), (*taught, more), whole(step.round), Verbatim(step.words)))
    caption = f"The first {len(rows)} of {curriculum.texts} texts in an order of learning."
    return [Grid(caption, ("text", "skills learned", "round", "the text"), tuple(rows), "counted.")] if rows else []


def _blocks(curriculum: Curriculum) -> list[Grid | Text]:
    blocked = sorted(curriculum.blocked.items())
    if not blocked:
        return [Text("Nothing blocks: every skill that texts require is learned.")]
    rows = [(whole(left), whole(texts)) for left, texts in blocked[:_BLOCKS]]
    if more := sum(texts for _, texts in blocked[_BLOCKS:]):
        rows.append(("more", whole(more)))
    caption = "What blocks: texts by the number of novel skills that they have left."
    return [Grid(caption, ("novel skills left", "texts"), tuple(rows), "counted.")]


def _gifts(study: GraphStudy) -> list[Grid | Text]:
    found = study.gifts
    if not found.gifts:
        return []
    rows = [(Verbatim(str(gift.skill)), whole(gift.releases), cell(gift.after / found.skills)) for gift in found.gifts]
    common = found.way == COMMONEST
    way = "the commonest novel ones, which teach more than those found greedily" if common else "each the one that releases most"
    caption = f"Skills whose gift teaches most now: {way}; how many others each releases, and the share that is learned or known then."
    return [Grid(caption, ("gift", "releases", "learned then"), tuple(rows), "counted; the best set of gifts may be another one.")]


def component_section(study: GraphStudy) -> Section:
    """Return the components of the association graph of the learned skills, and the size of what is left."""
    learning = study.learning
    if learning.is_novel.all():
        return Section("Associations", (Text("No skill is learned: there are no associations."),))
    found = {"graph": learning, **({"a rewired copy": study.copied} if study.copied else {})}
    rows = []
    for name, one in found.items():
        said = one.components.quantities(one.skills)
        shares = (cell(said[key]) for key in ("giant_component", "mean_degree", "clustering", "susceptibility"))
        rows.append((name, whole(one.components.kept), *shares))
    words = (
        "Two skills that are learned or known are associated where a text requires both. The largest component is a share of all skills; "
        "the susceptibility is the sum of the squared sizes of all other components per skill. Degree and clustering count an association "
        "once for each text that makes it."
    )
    header = ("", "skills", "largest component", "mean degree", "clustering", "susceptibility")
    left = _residue_said(study)
    return Section("Associations", (Text(words), Grid("Components of the association graph.", header, tuple(rows), "counted."), Text(left)))


def _residue_said(study: GraphStudy) -> str:
    learning = study.learning
    if not learning.is_novel.any():
        return "All skills are learned: nothing is left."
    skills, texts, edges = (
        whole(int(count)) for count in (learning.is_novel.sum(), (learning.novel_left > 0).sum(), learning.novel_left.sum())
    )
    return f"What is left: {skills} novel skills, {texts} texts that require some of them, and {edges} edges between them."
