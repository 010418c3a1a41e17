"""Learning on random bipartite graphs: equations, thresholds with proof, closed forms and simulation from one stated model."""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import simulate as simulate
    from .apply.channel import ErasureCode as ErasureCode
    from .apply.coder import Received as Received
    from .apply.coder import SemanticCoder as SemanticCoder
    from .apply.language import Language as Language
    from .apply.learned import Learned as Learned
    from .apply.link import Delivery as Delivery
    from .apply.link import deliver as deliver
    from .apply.texts import Raw as Raw
    from .apply.texts import Texts as Texts
    from .equations.fold_curve import FoldCurve as FoldCurve
    from .errors import InputError as InputError
    from .model.association import Association as Association
    from .model.classes import ClassEnsemble as ClassEnsemble
    from .model.classes import Prerequisites as Prerequisites
    from .model.classes import SkillClass as SkillClass
    from .model.classes import TextType as TextType
    from .model.compositions import PGF as PGF
    from .model.compositions import Mixture as Mixture
    from .model.compositions import Polynomial as Polynomial
    from .model.degrees import DegreeDistribution as DegreeDistribution
    from .model.ensembles import Ensemble as Ensemble
    from .model.files import load_model as load_model
    from .model.joint import JointLaw as JointLaw
    from .model.laws import Binomial as Binomial
    from .model.laws import Geometric as Geometric
    from .model.laws import NegativeBinomial as NegativeBinomial
    from .model.laws import Poisson as Poisson
    from .model.laws import Regular as Regular
    from .model.laws import Zipf as Zipf
    from .model.learners import Learner as Learner
    from .model.learners import PoissonLearner as PoissonLearner
    from .model.learners import SkillLearner as SkillLearner
    from .model.occupation import Cutoff as Cutoff
    from .model.occupation import Decay as Decay
    from .model.occupation import Occupation as Occupation
    from .model.occupation import Uniform as Uniform
    from .model.popularity import LogNormal as LogNormal
    from .model.popularity import Pareto as Pareto
    from .model.reading import parse_law as parse_law
    from .model.reading import parse_learner as parse_learner
    from .model.symbols import G as G
    from .model.symbols import R as R
    from .model.symbols import c as c
    from .model.symbols import d as d
    from .model.symbols import eps as eps
    from .model.symbols import letter as letter
    from .model.symbols import q as q
    from .model.symbols import x as x
    from .present.coding import Coded as Coded
    from .present.coding import code_texts as code_texts
    from .present.fitting import Fit as Fit
    from .present.fitting import fit_exponent as fit_exponent
    from .present.report import report as report
    from .present.validation import validate as validate
    from .simulate.estimates import Estimate as Estimate
    from .simulate.runs import Sweep as Sweep
    from .simulate.runs import sweep as sweep
    from .simulate.statistics import TrialStats as TrialStats
    from .simulate.training import Trained as Trained
    from .simulate.training import train as train
    from .solve.attack import attack_thresholds as attack_thresholds
    from .solve.attack import attacked as attacked
    from .solve.budget import Budget as Budget
    from .solve.budget import cheapest as cheapest
    from .solve.capacity import Capacity as Capacity
    from .solve.capacity import FirstLearned as FirstLearned
    from .solve.capacity import first_learned as first_learned
    from .solve.class_region import ClassLine as ClassLine
    from .solve.class_region import ClassRegion as ClassRegion
    from .solve.classes import ClassEvolution as ClassEvolution
    from .solve.communication import ErasureChannel as ErasureChannel
    from .solve.communication import Transmission as Transmission
    from .solve.communication import erasure_channel as erasure_channel
    from .solve.compression import Compression as Compression
    from .solve.compression import compress as compress
    from .solve.compression import gain_jumps as gain_jumps
    from .solve.compute import BestRatio as BestRatio
    from .solve.compute import Split as Split
    from .solve.compute import best_ratio as best_ratio
    from .solve.compute import best_split as best_split
    from .solve.covariance import CovarianceEvolution as CovarianceEvolution
    from .solve.epochs import Epoch as Epoch
    from .solve.evolution import DensityEvolution as DensityEvolution
    from .solve.finite_size import FiniteSize as FiniteSize
    from .solve.hierarchy import Hierarchy as Hierarchy
    from .solve.hierarchy import LevelThreshold as LevelThreshold
    from .solve.lagrange import PartialSum as PartialSum
    from .solve.lagrange import partial_sum as partial_sum
    from .solve.numbers import Number as Number
    from .solve.one_pass import Pass as Pass
    from .solve.optimal_law import OptimalLaw as OptimalLaw
    from .solve.optimization import optimize as optimize
    from .solve.percolation import GiantComponent as GiantComponent
    from .solve.percolation import Percolation as Percolation
    from .solve.percolation import site_percolation as site_percolation
    from .solve.phase_diagram import PhaseDiagram as PhaseDiagram
    from .solve.phase_diagram import PhaseLine as PhaseLine
    from .solve.results import ClassState as ClassState
    from .solve.results import FixedPoint as FixedPoint
    from .solve.results import Requirement as Requirement
    from .solve.results import Threshold as Threshold
    from .solve.results import Thresholds as Thresholds
    from .solve.scaling import Scaling as Scaling
    from .solve.scaling import ScalingLaw as ScalingLaw
    from .solve.stopping import Stop as Stop
    from .solve.stopping import best_stop as best_stop

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
