"""The report of a graph: its laws, what is learned on it, rewired and in theory, in which order, and what has to be known before."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from ...graphs.graph import Graph
from ...graphs.rows import Name
from ...model.learners import Learner
from ...simulate.streams import check_seed
from ..kit.style import styled
from ..kit.verbatim import Verbatim
from ..validation.graphs import GraphComparison
from ..validation.known import KnownComparison
from .content import Section
from .graph_order import cascade_section, component_section, order_section
from .graph_sections import graph_section, learned_section, prior_section
from .graph_study import GraphStudy
from .writing import Counter, Progress, folder_of, had, write_files


class GraphReport(NamedTuple):
    """Where the page and the document of a graph lie; what is learned on it, rewired and in theory; and where that emerges."""

    page: Path
    document: Path
    comparison: GraphComparison
    emergence: KnownComparison

    def to_dict(self) -> dict[str, Any]:
        """Return what `--json` prints."""
        where = {"page": str(self.page), "document": str(self.document)}
        return where | self.comparison.to_dict() | {"emergence": self.emergence.to_dict()}

    @property
    def parts(self) -> tuple[Any, ...]:
        """What the shell prints: both comparisons, and where the files are."""
        return (self.comparison.table(), self.emergence.table(), f"page:     {self.page}\ndocument: {self.document}")


def report_graph(
    graph: Graph,
    folder: Path | str = "report",
    learner: Learner | None = None,
    *,
    name: str = "",
    known: Iterable[Name] = (),
    known_top: int = 0,
    copies: int = 4,
    seed: int = 1,
    progress: Progress = None,
) -> GraphReport:
    """Write a page (`index.html`) and a LaTeX document (`report.tex`, with its figures as PDF and data as CSV) about a graph.

    Both say which laws its degrees follow (`fit_laws`); what is learned on it, on rewired copies and in theory (`compare`); what is
    learned where the commonest skills are known; the rounds of the cascade, the first steps of the curriculum, what blocks and which gifts
    teach most; components. The page opens without a network. Names and texts are shown as they are, whatever they hold.

    Arguments: `name` of the graph in the title; the others are those of `compare`. `progress` is called with (done, of).

    Raises `InputError` for a folder that cannot be written, and for what `compare` refuses.

    >>> from tempfile import TemporaryDirectory
    >>> graph = Graph.from_edges((text, skill) for text in range(60) for skill in {text % 7, text % 11, text % 30})
    >>> with TemporaryDirectory() as folder:
    ...     written = report_graph(graph, folder, copies=2)
    ...     sorted({path.suffix for path in Path(folder).iterdir()})
    ['.csv', '.html', '.pdf', '.tex']
    >>> written.comparison.learned
    1.0
    """
    count = Counter(progress, 2 * copies if isinstance(copies, int) else 0)
    study = GraphStudy.of(graph, learner, known, known_top, copies, check_seed(seed), count)
    with folder_of(folder) as directory:
        sections = _sections(study)
        title = ("Learning on a graph", *((": ", Verbatim(name)) if name else ()))
        subtitle = f"{graph.texts} texts, {graph.skills} skills, {graph.edges} edges; learner {study.learner}."
        footer = f"rewired with seed {seed}, {copies} copies"
        return GraphReport(*write_files(directory, title, subtitle, sections, footer), study.compared, study.along)


@styled
def _sections(study: GraphStudy) -> list[Section]:
    """Return the sections in order; what is wrong with the question itself is an error, before all."""
    learned = learned_section(study)
    made = {
        "Prior knowledge": prior_section,
        "Rounds of the cascade": cascade_section,
        "Order of learning": order_section,
        "Associations": component_section,
    }
    return [graph_section(study), learned, *(had(title, lambda make=make: make(study)) for title, make in made.items())]  # type: ignore[misc]
