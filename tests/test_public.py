"""The public names: cheap to import, and always what the interface says."""

import ast
import subprocess
import sys
from importlib.resources import files

import deanalysis as da


def test_import_costs_nothing() -> None:
    code = "import sys, deanalysis, deanalysis.cli; print(any(name in sys.modules for name in ('sympy', 'numpy', 'numba', 'matplotlib')))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_simulate_is_callable_in_any_order_of_imports() -> None:
    for before in ("", "import deanalysis.simulate.kernel;", "deanalysis.validate;"):
        code = f"import deanalysis; {before} print(callable(deanalysis.simulate), deanalysis.simulate.results.COLUMNS[0])"
        code = f"import deanalysis.simulate.results; {code}"
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "True model\n"


def test_every_public_name_has_a_docstring() -> None:
    for name in da.__all__:
        value = getattr(da, name)
        if callable(value):
            assert value.__doc__, name
    assert "Poisson" in dir(da)


def test_type_checkers_see_the_public_names_where_they_are() -> None:
    """What is imported for them alone is what `_HOMES` says, each name once, and a marker tells them to look."""
    tree = ast.parse((files("deanalysis") / "__init__.py").read_text())
    (block,) = (node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    seen = [(node.module, name.name, name.asname) for node in block.body if isinstance(node, ast.ImportFrom) for name in node.names]
    stated = [(home, name, name) for home, names in da._HOMES.items() for name in names] + [(None, "simulate", "simulate")]
    assert sorted(seen, key=str) == sorted(stated, key=str)
    assert (files("deanalysis") / "py.typed").is_file()
