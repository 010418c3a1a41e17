"""Learning on random bipartite graphs: equations, thresholds with proof, closed forms and simulation from one stated model."""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import simulate as simulate
    from .balls.numbers import Number as Number
    from .coder.channel import Delivery as Delivery, ErasureCode as ErasureCode, deliver as deliver
    from .coder.coder import Received as Received, SemanticCoder as SemanticCoder
    from .coder.language import Language as Language
    from .coder.learned import Learned as Learned
    from .coder.texts import Raw as Raw, Texts as Texts
    from .errors import InputError as InputError
    from .graphs.association.embedding import Agreement as Agreement, Embedding as Embedding, embed as embed
    from .graphs.association.planted import Planted as Planted, planted as planted
    from .graphs.corpus import corpus as corpus
    from .graphs.curricula import Curriculum as Curriculum, curriculum as curriculum
    from .graphs.erasures import Erasures as Erasures, ErasureSweep as ErasureSweep, erasures as erasures
    from .graphs.gifts import Gift as Gift, Gifts as Gifts, gifts as gifts
    from .graphs.graph import Graph as Graph
    from .graphs.learning import GraphLearning as GraphLearning, learn as learn
    from .graphs.popularity import GraphEmergence as GraphEmergence, KnownCurve as KnownCurve, known_curve as known_curve
    from .measured.answers import (
        CurveEmergence as CurveEmergence,
        Emergence as Emergence,
        LargestStep as LargestStep,
        OneOnset as OneOnset,
        RoomLaw as RoomLaw,
        TheorySides as TheorySides,
    )
    from .measured.fit import fit as fit
    from .measured.least_squares.intervals import Interval as Interval
    from .measured.results import (
        Candidate as Candidate,
        CurveComparison as CurveComparison,
        CurveFit as CurveFit,
        Foretelling as Foretelling,
    )
    from .model.association import (
        Association as Association,
        Cutoff as Cutoff,
        Decay as Decay,
        Occupation as Occupation,
        Uniform as Uniform,
    )
    from .model.chains import Chain as Chain
    from .model.classes import (
        ClassEnsemble as ClassEnsemble,
        Prerequisites as Prerequisites,
        SkillClass as SkillClass,
        TextType as TextType,
    )
    from .model.compositions import PGF as PGF, Mixture as Mixture, Polynomial as Polynomial, Thinned as Thinned
    from .model.degrees import DegreeDistribution as DegreeDistribution, Ensemble as Ensemble
    from .model.joint import JointLaw as JointLaw
    from .model.laws import (
        Binomial as Binomial,
        Geometric as Geometric,
        NegativeBinomial as NegativeBinomial,
        Poisson as Poisson,
        Regular as Regular,
        Zipf as Zipf,
    )
    from .model.learners import Ideal as Ideal, Learner as Learner, PoissonLearner as PoissonLearner, SkillLearner as SkillLearner
    from .model.popularity import LogNormal as LogNormal, Pareto as Pareto
    from .model.presets import load_model as load_model
    from .model.protographs import Protograph as Protograph
    from .model.reading import parse_law as parse_law, parse_learner as parse_learner
    from .model.solitons import IdealSoliton as IdealSoliton, RobustSoliton as RobustSoliton
    from .model.symbols import G as G, R as R, c as c, d as d, eps as eps, letter as letter, q as q, x as x
    from .present.report.fits import report_fit as report_fit
    from .present.report.graph import report_graph as report_graph
    from .present.report.report import report as report
    from .present.validation.coding import Coded as Coded, code_texts as code_texts
    from .present.validation.fitting import Fit as Fit, fit_exponent as fit_exponent
    from .present.validation.graphs import GraphComparison as GraphComparison, compare as compare
    from .present.validation.known import KnownComparison as KnownComparison, compare_known as compare_known
    from .present.validation.laws import LawFit as LawFit, LawFits as LawFits, fit_laws as fit_laws
    from .present.validation.validate import validate as validate
    from .simulate.estimates import Estimate as Estimate
    from .simulate.runs import Sweep as Sweep, sweep as sweep
    from .simulate.statistics import TrialStats as TrialStats
    from .simulate.topics.topic_rounds import TopicRounds as TopicRounds, follow as follow
    from .simulate.trials import Trained as Trained, train as train
    from .theory.chains.fronts.speed_laws import SpeedLaw as SpeedLaw
    from .theory.chains.fronts.waves import Wave as Wave
    from .theory.chains.fronts.windowed import Windowed as Windowed
    from .theory.chains.saturation import ChainThreshold as ChainThreshold, Saturation as Saturation
    from .theory.chains.states import ChainState as ChainState
    from .theory.classes.budget import Budget as Budget, cheapest as cheapest
    from .theory.classes.hierarchy import Hierarchy as Hierarchy, LevelThreshold as LevelThreshold
    from .theory.classes.states import ClassRequirement as ClassRequirement
    from .theory.compression.communication import (
        ErasureChannel as ErasureChannel,
        Transmission as Transmission,
        erasure_channel as erasure_channel,
    )
    from .theory.compression.compress import (
        Compression as Compression,
        Stop as Stop,
        best_stop as best_stop,
        compress as compress,
        gain_jumps as gain_jumps,
    )
    from .theory.design.optimize import OptimalLaw as OptimalLaw, optimize as optimize
    from .theory.evolution.equations.closed_forms import FoldCurve as FoldCurve
    from .theory.evolution.thresholds.codes import Code as Code
    from .theory.evolution.thresholds.results import (
        ClassState as ClassState,
        FixedPoint as FixedPoint,
        Requirement as Requirement,
        Threshold as Threshold,
        Thresholds as Thresholds,
    )
    from .theory.facades.chain_evolution import ChainEvolution as ChainEvolution
    from .theory.facades.class_evolution import ClassEvolution as ClassEvolution
    from .theory.facades.class_percolation import ClassPercolation as ClassPercolation
    from .theory.facades.density_evolution import Capacity as Capacity, DensityEvolution as DensityEvolution
    from .theory.facades.percolation import Percolation as Percolation, site_percolation as site_percolation
    from .theory.facades.prior_knowledge import (
        PriorEmergence as PriorEmergence,
        PriorKnowledge as PriorKnowledge,
        PriorState as PriorState,
    )
    from .theory.percolation.attack import attack_thresholds as attack_thresholds, attacked as attacked
    from .theory.percolation.giant import GiantComponent as GiantComponent
    from .theory.plane.diagram import PhaseDiagram as PhaseDiagram, PhaseLine as PhaseLine
    from .theory.scaling.compute import BestRatio as BestRatio, Split as Split, best_ratio as best_ratio, best_split as best_split
    from .theory.scaling.finite_size import FiniteSize as FiniteSize
    from .theory.scaling.lagrange import PartialSum as PartialSum, partial_sum as partial_sum
    from .theory.scaling.scaling import Scaling as Scaling, ScalingLaw as ScalingLaw
    from .theory.sizing.equations.leading import FloorLaw as FloorLaw, floor_law as floor_law
    from .theory.sizing.equations.light_load import LightLoad as LightLoad, light_load as light_load
    from .theory.sizing.failure import Failure as Failure
    from .theory.sizing.floor import Floor as Floor, StuckSets as StuckSets
    from .theory.sizing.growth import GrowthRate as GrowthRate, growth_curve as growth_curve, growth_rate as growth_rate
    from .theory.sizing.recursion import Recursion as Recursion, recursion as recursion
    from .theory.sizing.size import Size as Size, size as size
    from .theory.training.early import Epoch as Epoch, FirstLearned as FirstLearned, Pass as Pass, first_learned as first_learned
    from .version import __version__ as __version__


_HOMES = {
    "errors": ("InputError",),
    "version": ("__version__",),
    "model.symbols": ("G", "R", "c", "d", "eps", "letter", "q", "x"),
    "model.degrees": ("DegreeDistribution", "Ensemble"),
    "model.laws": ("Binomial", "Geometric", "NegativeBinomial", "Poisson", "Regular", "Zipf"),
    "model.solitons": ("IdealSoliton", "RobustSoliton"),
    "model.compositions": ("PGF", "Mixture", "Polynomial", "Thinned"),
    "model.learners": ("Ideal", "Learner", "PoissonLearner", "SkillLearner"),
    "model.association": ("Association", "Cutoff", "Decay", "Occupation", "Uniform"),
    "model.chains": ("Chain",),
    "model.protographs": ("Protograph",),
    "model.classes": ("ClassEnsemble", "Prerequisites", "SkillClass", "TextType"),
    "model.joint": ("JointLaw",),
    "model.presets": ("load_model",),
    "model.popularity": ("LogNormal", "Pareto"),
    "model.reading": ("parse_law", "parse_learner"),
    "theory.evolution.equations.closed_forms": ("FoldCurve",),
    "theory.facades.density_evolution": ("Capacity", "DensityEvolution"),
    "theory.percolation.attack": ("attack_thresholds", "attacked"),
    "theory.chains.saturation": ("ChainThreshold", "Saturation"),
    "theory.chains.fronts.speed_laws": ("SpeedLaw",),
    "theory.chains.fronts.waves": ("Wave",),
    "theory.chains.fronts.windowed": ("Windowed",),
    "theory.classes.budget": ("Budget", "cheapest"),
    "theory.training.early": ("Epoch", "FirstLearned", "Pass", "first_learned"),
    "theory.compression.communication": ("ErasureChannel", "Transmission", "erasure_channel"),
    "theory.compression.compress": ("Compression", "Stop", "best_stop", "compress", "gain_jumps"),
    "theory.facades.class_percolation": ("ClassPercolation",),
    "theory.facades.class_evolution": ("ClassEvolution",),
    "theory.facades.chain_evolution": ("ChainEvolution",),
    "theory.chains.states": ("ChainState",),
    "theory.scaling.compute": ("BestRatio", "Split", "best_ratio", "best_split"),
    "theory.scaling.finite_size": ("FiniteSize",),
    "theory.classes.hierarchy": ("Hierarchy", "LevelThreshold"),
    "theory.classes.states": ("ClassRequirement",),
    "theory.scaling.lagrange": ("PartialSum", "partial_sum"),
    "theory.facades.percolation": ("Percolation", "site_percolation"),
    "theory.facades.prior_knowledge": ("PriorEmergence", "PriorKnowledge", "PriorState"),
    "theory.percolation.giant": ("GiantComponent",),
    "theory.sizing.recursion": ("Recursion", "recursion"),
    "balls.numbers": ("Number",),
    "theory.plane.diagram": ("PhaseDiagram", "PhaseLine"),
    "theory.design.optimize": ("OptimalLaw", "optimize"),
    "theory.evolution.thresholds.codes": ("Code",),
    "theory.evolution.thresholds.results": ("ClassState", "FixedPoint", "Requirement", "Threshold", "Thresholds"),
    "theory.scaling.scaling": ("Scaling", "ScalingLaw"),
    "theory.sizing.equations.leading": ("FloorLaw", "floor_law"),
    "theory.sizing.equations.light_load": ("LightLoad", "light_load"),
    "theory.sizing.failure": ("Failure",),
    "theory.sizing.floor": ("Floor", "StuckSets"),
    "theory.sizing.size": ("Size", "size"),
    "theory.sizing.growth": ("GrowthRate", "growth_curve", "growth_rate"),
    "simulate.runs": ("Sweep", "sweep"),
    "simulate.estimates": ("Estimate",),
    "simulate.statistics": ("TrialStats",),
    "simulate.topics.topic_rounds": ("TopicRounds", "follow"),
    "simulate.trials": ("Trained", "train"),
    "graphs.association.embedding": ("Agreement", "Embedding", "embed"),
    "graphs.association.planted": ("Planted", "planted"),
    "graphs.corpus": ("corpus",),
    "graphs.curricula": ("Curriculum", "curriculum"),
    "graphs.gifts": ("Gift", "Gifts", "gifts"),
    "graphs.erasures": ("ErasureSweep", "Erasures", "erasures"),
    "graphs.graph": ("Graph",),
    "graphs.learning": ("GraphLearning", "learn"),
    "graphs.popularity": ("GraphEmergence", "KnownCurve", "known_curve"),
    "coder.channel": ("Delivery", "ErasureCode", "deliver"),
    "coder.coder": ("Received", "SemanticCoder"),
    "coder.language": ("Language",),
    "coder.learned": ("Learned",),
    "coder.texts": ("Raw", "Texts"),
    "measured.answers": ("CurveEmergence", "Emergence", "LargestStep", "OneOnset", "RoomLaw", "TheorySides"),
    "measured.fit": ("fit",),
    "measured.results": ("Candidate", "CurveComparison", "CurveFit", "Foretelling"),
    "measured.least_squares.intervals": ("Interval",),
    "present.validation.coding": ("Coded", "code_texts"),
    "present.validation.fitting": ("Fit", "fit_exponent"),
    "present.validation.laws": ("LawFit", "LawFits", "fit_laws"),
    "present.validation.graphs": ("GraphComparison", "compare"),
    "present.validation.known": ("KnownComparison", "compare_known"),
    "present.validation.validate": ("validate",),
    "present.report.fits": ("report_fit",),
    "present.report.graph": ("report_graph",),
    "present.report.report": ("report",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}
_CALLABLE_ROOMS = ("simulate",)
__all__ = sorted([*_HOME, *_CALLABLE_ROOMS])


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
    import_module(".present.kit.notebook", __name__).register(shell.display_formatter.formatters)


if _shell := getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)():
    load_ipython_extension(_shell)
