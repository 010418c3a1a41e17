"""Learning on random bipartite graphs: equations, thresholds with proof, closed forms and simulation from one stated model."""

import sys
from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "errors": ("InputError",),
    "model.symbols": ("G", "R", "c", "d", "eps", "letter", "q", "x"),
    "model.degrees": ("DegreeDistribution",),
    "model.laws": ("Binomial", "Geometric", "NegativeBinomial", "Poisson", "Regular", "Zipf"),
    "model.compositions": ("PGF", "Mixture", "Polynomial"),
    "model.learners": ("Learner", "PoissonLearner", "SkillLearner"),
    "model.ensembles": ("Ensemble",),
    "model.association": ("Association",),
    "model.classes": ("ClassEnsemble", "Prerequisites", "SkillClass", "TextType"),
    "model.joint": ("JointLaw",),
    "model.occupation": ("Cutoff", "Decay", "Occupation", "Uniform"),
    "model.files": ("load_model",),
    "model.popularity": ("LogNormal", "Pareto"),
    "model.reading": ("parse_law", "parse_learner"),
    "equations.fold_curve": ("FoldCurve",),
    "solve.evolution": ("DensityEvolution",),
    "solve.attack": ("attack_thresholds", "attacked"),
    "solve.budget": ("Budget", "cheapest"),
    "solve.capacity": ("Capacity", "FirstLearned", "first_learned"),
    "solve.communication": ("ErasureChannel", "Transmission", "erasure_channel"),
    "solve.compression": ("Compression", "compress", "gain_jumps"),
    "solve.class_region": ("ClassLine", "ClassRegion"),
    "solve.classes": ("ClassEvolution",),
    "solve.compute": ("BestRatio", "Split", "best_ratio", "best_split"),
    "solve.covariance": ("CovarianceEvolution",),
    "solve.epochs": ("Epoch",),
    "solve.finite_size": ("FiniteSize",),
    "solve.hierarchy": ("Hierarchy", "LevelThreshold"),
    "solve.lagrange": ("PartialSum", "partial_sum"),
    "solve.one_pass": ("Pass",),
    "solve.percolation": ("GiantComponent", "Percolation", "site_percolation"),
    "solve.numbers": ("Number",),
    "solve.phase_diagram": ("PhaseDiagram", "PhaseLine"),
    "solve.optimal_law": ("OptimalLaw",),
    "solve.optimization": ("optimize",),
    "solve.results": ("ClassState", "FixedPoint", "Requirement", "Threshold", "Thresholds"),
    "solve.scaling": ("Scaling", "ScalingLaw"),
    "solve.stopping": ("Stop", "best_stop"),
    "simulate.runs": ("Sweep", "sweep"),
    "simulate.estimates": ("Estimate",),
    "simulate.statistics": ("TrialStats",),
    "simulate.training": ("Trained", "train"),
    "apply.channel": ("ErasureCode",),
    "apply.coder": ("Received", "SemanticCoder"),
    "apply.language": ("Language",),
    "apply.learned": ("Learned",),
    "apply.link": ("Delivery", "deliver"),
    "apply.texts": ("Raw", "Texts"),
    "present.coding": ("Coded", "code_texts"),
    "present.fitting": ("Fit", "fit_exponent"),
    "present.validation": ("validate",),
    "present.report": ("report",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}
_CALLABLE_ROOMS = ("simulate",)
__all__ = sorted([*_HOME, *_CALLABLE_ROOMS, "__version__"])


def __getattr__(name: str) -> Any:
    """Import a public name from its home when it is first used, so that `import deanalysis` costs nothing."""
    if name in _CALLABLE_ROOMS:
        return import_module(f".{name}", __name__)
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__


def load_ipython_extension(shell: Any) -> None:
    """Let a shell of IPython show results as tables and figures: an import within one does so by itself."""
    import_module(".present.notebook", __name__).register(shell.display_formatter.formatters)


if _shell := getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)():
    load_ipython_extension(_shell)
