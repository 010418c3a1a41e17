"""What a user states: letters, degree laws, ensembles, learners."""

from .compositions import PGF, Mixture, Polynomial
from .ensembles import Ensemble
from .laws import Binomial, Geometric, NegativeBinomial, Poisson, Regular, Zipf
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
