"""The independent witness: random graphs, learning on them, and honest statistics. It imports no equation and no solver.

The room itself can be called: `deanalysis.simulate(...)` is `deanalysis.simulate.runs.simulate(...)`, whether or not
anything has imported the room before.
"""

import sys
from types import ModuleType
from typing import Any


class _Room(ModuleType):
    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Learn on independent random graphs; see `deanalysis.simulate.runs.simulate`."""
        from .runs import simulate

        return simulate(*arguments, **options)


sys.modules[__name__].__class__ = _Room
