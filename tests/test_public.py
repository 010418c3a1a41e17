"""The public names: cheap to import, and always what the interface says."""

import subprocess
import sys

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
