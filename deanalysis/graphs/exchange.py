"""What any graph offers to other programs: files, and the graphs and matrices of NetworkX, SciPy and HIF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from .formats import read_rows, write_rows
from .hypergraphs import hif_of, rows_of_hif
from .matrices import matrix_of, rows_of_matrix
from .networks import network_of, rows_of_network
from .reading import Progress
from .rows import Rows


@dataclass(frozen=True, eq=False, repr=False)
class Exchanged(Rows):
    """Rows that are read and written, and converted."""

    @classmethod
    def of(cls, rows: Rows) -> Self:
        """Return the graph of some rows."""
        return cls(rows.start, rows.required, rows.text_names, rows.skill_names, rows.contents, rows.layout)

    @classmethod
    def read(
        cls,
        path: str | Path,
        format: str | None = None,
        columns: tuple[str, str] | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Read a graph from a file.

        | format, ending | what is read |
        |---|---|
        | `alist` `.alist` | a parity-check matrix (MacKay): rows are texts, columns are skills |
        | `mtx` `.mtx`, `npz` `.npz` | a sparse matrix (Matrix Market, `scipy.sparse.save_npz`): rows are texts, what is not 0 is an edge |
        | `csv` `.csv`, `tsv` `.tsv`, `parquet` `.parquet` | a row for each edge, with the columns text and skill |
        | `jsonl` `.jsonl` | a line for each text: a list of skills, or `{"skills": [...], "text": name, "content": words}` |
        | `hif` `.json` | the Hypergraph Interchange Format: edges are texts, nodes are skills |
        | `graphml` `.graphml` | a bipartite graph or a plain one, as `from_networkx` takes it |

        All but Parquet may be packed by gzip (`.gz`). An edge that is given twice counts once. Names in CSV and TSV are text; those in
        JSON and Parquet are text or whole numbers; texts and skills of matrices, and texts of a list on a line, are numbered from 1.
        The Parquet and GraphML formats need `deanalysis[graphs]`.

        Arguments:
            format: one of the names above; by the ending of the file if None.
            columns: names of the columns of texts and of skills in a table, if they are not text and skill.
            progress: called with (done, all) bytes of the file as it is read.

        Raises `InputError`, in one line, for what cannot be read or is not in its format, and for a graph without an edge.

        >>> from tempfile import TemporaryDirectory
        >>> from deanalysis import Graph
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder, "edges.csv")
        ...     _ = path.write_text("from,to\\nb,a\\nc,a\\nc,b\\n")
        ...     Graph.read(path, columns=("from", "to"))
        <Graph: 2 texts, 2 skills, 3 edges>
        """
        return cls.of(read_rows(path, format, columns, progress))

    def write(self, path: str | Path, format: str | None = None) -> None:
        """Write the graph to a file, at once: a run that is killed leaves the old file or the new one.

        What is lost: `alist`, `mtx` and `npz` keep no names. Tables keep no text or skill without an edge, and the skills come in the
        order of the texts. `jsonl` keeps no skill without a text, and the same order. Names that are neither text nor whole numbers are
        written as text; in `csv`, `tsv` and `graphml` all are. `contents` are kept by `jsonl` alone. An alist file that was read is
        written in the same layout; any other graph in MacKay's, but without the zeros that fill up lists where they would be many.

        Arguments: `format` is one of those of `read`; by the ending of the file if None.

        Raises `InputError` for a file that cannot be written, and for names that the format cannot hold or would make equal.

        >>> from tempfile import TemporaryDirectory
        >>> from deanalysis import Graph
        >>> graph = Graph.from_edges([("a", "x"), ("b", "x"), ("b", "y")])
        >>> with TemporaryDirectory() as folder:
        ...     graph.write(Path(folder, "graph.json.gz"))
        ...     Graph.read(Path(folder, "graph.json.gz")) == graph
        True
        """
        write_rows(self, path, format)

    @classmethod
    def from_networkx(cls, network: Any, bipartite: bool | None = None) -> Self:
        """Return the graph of a graph of NetworkX, taken as `bipartite` or as plain; if None, by whether a node has that attribute.

        *Bipartite*: nodes with 0 are texts, nodes with 1 are skills. Directions are not kept, and parallel edges count once.
        *Plain*: nodes are texts, and edges are skills, named (u, v). The residue of a (k-1)-skill learner is then the k-core (Seidman,
        Social Networks 5, 1983): a node with fewer than k edges left gives them all away.

        Raises `InputError` where not all nodes have the attribute, an edge joins two texts or two skills, or a plain graph is directed,
        has parallel edges or has loops, for which the core is not defined.

        >>> import networkx
        >>> from deanalysis import Graph, SkillLearner, learn
        >>> residue = learn(Graph.from_networkx(networkx.lollipop_graph(4, 2)), SkillLearner(2)).residue
        >>> residue.text_names
        [0, 1, 2, 3]
        """
        return cls.of(rows_of_network(network, bipartite))

    def to_networkx(self) -> Any:
        """Return a bipartite `networkx.Graph`, with the attribute `bipartite` 0 at texts and 1 at skills.

        Nodes are named as here; where a text and a skill have the same name, as ("text", name) and ("skill", name). Raises `InputError`
        where NetworkX is not installed.

        >>> from deanalysis import Graph
        >>> Graph.from_edges([("a", "x"), ("b", "x")]).to_networkx().nodes(data="bipartite")
        NodeDataView({'a': 0, 'b': 0, 'x': 1}, data='bipartite')
        """
        return network_of(self)

    @classmethod
    def from_scipy(cls, matrix: Any) -> Self:
        """Return the graph of a matrix of SciPy, or a dense one: rows are texts, columns are skills, what is not 0 is an edge.

        Both are numbered from 1. An entry that is stored as 0 is no edge. Raises `InputError` for what is no matrix of numbers, holds a
        NaN, or is 0.

        >>> import scipy.sparse
        >>> from deanalysis import Graph
        >>> Graph.from_scipy(scipy.sparse.csr_array([[1, 1, 0], [0, 1, 1]])).to_edges()
        [(1, 1), (1, 2), (2, 2), (2, 3)]
        """
        return cls.of(rows_of_matrix(matrix))

    def to_scipy(self) -> Any:
        """Return the matrix as `scipy.sparse.csr_array`: rows are texts, columns are skills, 1 where a text requires a skill.

        >>> from deanalysis import Graph
        >>> Graph.from_edges([("a", "x"), ("b", "x"), ("b", "y")]).to_scipy().toarray().tolist()
        [[1, 0], [1, 1]]
        """
        return matrix_of(self)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """Return the graph of a hypergraph in HIF (Hypergraph Interchange Format), as `json` reads it: edges are texts, nodes are skills.

        Weights, directions and attributes are not kept; of a simplicial complex (`asc`), only the faces that are listed are texts. Raises
        `InputError` for what is not HIF, or has no incidence.

        >>> from deanalysis import Graph
        >>> Graph.from_dict({"incidences": [{"edge": "e", "node": 1}, {"edge": "e", "node": 2}]})
        <Graph: 1 texts, 2 skills, 2 edges>
        """
        return cls.of(rows_of_hif(content, "the content"))

    def to_dict(self) -> dict[str, Any]:
        """Return the graph as an undirected hypergraph in HIF, as `json` writes it; names that are no whole numbers are written as text.

        >>> from deanalysis import Graph
        >>> Graph.from_edges([("a", "x")]).to_dict()["incidences"]
        [{'edge': 'a', 'node': 'x'}]
        """
        return hif_of(self)
