"""What a user states: letters, degree laws, ensembles, learners."""

from .degrees import Ensemble
from .laws import Binomial, Geometric, NegativeBinomial, Poisson, Regular, Zipf
from .learners import Learner, PoissonLearner, SkillLearner

__all__ = ["Binomial", "Ensemble", "Geometric", "Learner", "NegativeBinomial"]
__all__ += ["Poisson", "PoissonLearner", "Regular", "SkillLearner", "Zipf"]
