"""What a user states: letters, degree laws, ensembles, learners."""

from .ensembles import Ensemble
from .laws import PGF, Binomial, Geometric, Mixture, NegativeBinomial, Poisson, Polynomial, Regular, Zipf
from .learners import Learner, PoissonLearner, SkillLearner

__all__ = [
    "PGF",
    "Binomial",
    "Ensemble",
    "Geometric",
    "Learner",
    "Mixture",
    "NegativeBinomial",
    "Poisson",
    "PoissonLearner",
    "Polynomial",
    "Regular",
    "SkillLearner",
    "Zipf",
]
