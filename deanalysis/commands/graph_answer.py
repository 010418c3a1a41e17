"""What commands about graphs answer: learning on a graph beside rewired copies and theory, and what is asked for beside that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Self

from ..checks import check_count
from ..errors import InputError
from ..record import Table
from .graph_files import classes_in, names_in
from .options import Given, saying
from .output import Answer, Part
from .progress import progress_bar

_REPLICATES = 100
_FIRST = 10
"""Lines of a list that are shown."""


class Asked(NamedTuple):
    """What the options say."""

    learner: str
    known: Given
    known_top: int
    rewire: int
    curriculum: Given
    curve: Given
    gifts: int | None
    unknown: Given
    punctured: Given
    replicates: int | None
    output: Given
    workers: int | None
    classes: Given
    embedding: Given
    residue: Given
    save: Given
    report: Given
    seed: int | None


class Question(NamedTuple):
    """What is asked about a graph: the learner, what is known before, the seed; and what is learned on it, which decides the rest."""

    graph: Any
    learner: Any
    before: dict[str, Any]
    punctured: list[str]
    classes: dict[Any, str] | None
    seed: int
    asked: Asked
    learning: Any

    @classmethod
    def of(cls, graph: Any, learner: Any, known: list[str], asked: Asked) -> Self:
        """Learn on the graph; raise `InputError` where what is asked for does not fit it, before the work."""
        from ..graphs.learning import learn

        before: dict[str, Any] = {"known": known, "known_top": asked.known_top}
        punctured = [] if asked.punctured is None else names_in(asked.punctured, "--punctured")
        classes = None if asked.classes is None else classes_in(asked.classes)
        seed = 1 if asked.seed is None else asked.seed
        question = cls(graph, learner, before, punctured, classes, seed, asked, learn(graph, learner, **before, seed=seed))
        question._check()
        return question

    def _check(self) -> None:
        if self.classes is not None:
            self.graph.skill_numbers(self.classes, "--classes")
        if self.asked.gifts is not None:
            check_count(self.asked.gifts, 1, self.graph.skills, "--gifts")
        if self.asked.residue is not None and not self.learning.is_novel.any():
            raise InputError("--residue", "has nothing to write: everything is learned", given=self.asked.residue)
        if self.asked.unknown is not None:
            from ..graphs.erasures import erasing
            from ..simulate.results import ResultsFile

            stated = erasing(self.graph, self.learner, self.punctured, self.before["known"])
            if self.asked.output is not None:
                ResultsFile(self.asked.output, stated)

    def answer(self, name: str) -> Answer:
        """Do what is asked; the graph has a name in its report."""
        from ..present.validation.graphs import compare_learned

        with progress_bar("copies") as step:
            compared = compare_learned(self.learning, self.learner, self.asked.rewire, self.seed, step)
        content, parts = compared.to_dict() | self._more(), [compared.table(), *self._told()]
        results = dict(self._results())
        for key, result in results.items():
            content[key] = result.to_dict()
            parts.append(result.table())
        for path, write in self._outputs(results.get("association")):
            write(path)
            parts.append(f"written: {path}")
        if self.asked.report is not None:
            parts.append(self._report(self.asked.report, name))
        return Answer(content, parts)

    def _more(self) -> dict[str, Any]:
        """Return what else is said of learning on the graph."""
        learning, residue = self.learning, self.learning.residue
        return {
            "testing_error": self._tested().to_dict(),
            "cascade": learning.cascade,
            "blocked": {str(left): count for left, count in learning.blocked.items()},
            "residue": {"skills": residue.skills, "texts": residue.texts, "edges": residue.edges},
            "components": learning.components.quantities(learning.skills),
        }

    def _told(self) -> Iterator[Part]:
        """Yield what is learned round by round, what blocks the rest, and what connects the learned skills."""
        learning = self.learning
        yield Table(("round", "skills learned"), _first(list(enumerate(learning.cascade, start=1)), "later"))
        yield Table(("novel skills left", "texts"), _first(sorted(learning.blocked.items()), "more"))
        giant = learning.components.quantities(learning.skills)["giant_component"]
        yield f"the largest component of associated skills holds {giant:.4g} of all skills"
        yield f"texts that are left out and tested fail: {self._tested()}"

    def _tested(self) -> Any:
        return self.learning.testing_error(seed=self.seed)

    def _results(self) -> Iterator[tuple[str, Any]]:
        """Yield the results that are asked for beside that, by their keys."""
        if self.asked.curve is not None:
            from ..present.validation.known import compare_known, write_known

            with progress_bar("copies") as step, saying(output="curve"):
                along = compare_known(self.graph, self.learner, copies=self.asked.rewire, seed=self.seed, progress=step)
                write_known(along, self.asked.curve)
            yield "emergence", along
        if self.asked.gifts is not None:
            from ..graphs.gifts import gifts

            with progress_bar("skills") as step:
                yield "gifts", gifts(self.graph, self.asked.gifts, self.learner, **self.before, seed=self.seed, progress=step)
        if self.asked.unknown is not None:
            yield "erasures", self._erased()
        if self.classes is not None or self.asked.embedding is not None:
            yield "association", self._associated()

    def _associated(self) -> Any:
        """Embed the learned skills, and compare the points with classes, if there are any."""
        from ..graphs.association.embedding import embed

        if self.classes is None:
            return embed(self.learning)
        dimensions = max(2, len({*self.classes.values()}) - 1)
        return embed(self.learning, dimensions=dimensions).agreement(self.classes, seed=self.seed)

    def _erased(self) -> Any:
        """Draw erasures."""
        from ..graphs.erasures import erasures

        asked = self.asked
        options = {"punctured": self.punctured, "known": self.before["known"], "output": asked.output, "workers": asked.workers}
        replicates = _REPLICATES if asked.replicates is None else asked.replicates
        with progress_bar("draws") as step:
            return erasures(
                self.graph, self.learner, unknown=asked.unknown, replicates=replicates, seed=asked.seed, progress=step, **options
            )

    def _outputs(self, associated: Any) -> Iterator[tuple[str, Callable[[str], None]]]:
        """Yield the files that are asked for, each with what writes it."""
        if self.asked.embedding is not None:
            yield self.asked.embedding, (associated if self.classes is None else associated.embedding).write
        if self.asked.curriculum is not None:
            from ..graphs.curricula import Curriculum

            yield self.asked.curriculum, Curriculum.of(self.learning).write
        if self.asked.residue is not None:
            yield self.asked.residue, self.learning.residue.write
        if self.asked.save is not None:
            yield self.asked.save, self.graph.write

    def _report(self, folder: str, name: str) -> str:
        """Write the page and the document into a folder; return where they are."""
        from ..present.report.graph import report_graph

        options: dict[str, Any] = {"name": name, "copies": self.asked.rewire, "seed": self.seed, **self.before}
        with progress_bar("copies") as step, saying(output="report"):
            written = report_graph(self.graph, folder, self.learner, progress=step, **options)
        return f"written: {written.page}, {written.document}"


def _first(rows: list[tuple[int, int]], rest: str) -> list[tuple[object, int]]:
    """Return the first rows of a list of counts, and the sum of the others."""
    more = sum(count for _, count in rows[_FIRST:])
    return [*rows[:_FIRST], *([(rest, more)] if more else [])]
