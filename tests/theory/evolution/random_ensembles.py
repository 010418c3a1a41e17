"""Random ensembles for tests: plain ones of all laws and learners, and mixtures of far-apart degrees that learn in stages."""

from hypothesis import strategies as st

PARTS = ["poisson(4*G)", "poisson(9*G)", "negative_binomial(4*G, 3)", "geometric(2*G)", "mixture(0.4: poisson(2*G), 0.6: poisson(9*G))"]
RULES = [
    "1-skill",
    "2-skill",
    "3-skill",
    "success:exp(-x/2)",
    "success:exp(-x)*(1+x/2)",
    "success:0.8*exp(-x)*(1+x)",
    "success:0.97*exp(-x)",
    "success:0.5*exp(-x) + 0.5*exp(-x/3)",
]


def _two(drawn: tuple[int, int, int]) -> str:
    low, high, percent = drawn
    return f"polynomial({percent / 100}*x^{low} + {(100 - percent) / 100}*x^{high})"


LAWS = st.one_of(
    st.tuples(st.integers(2, 4), st.integers(5, 20), st.integers(2, 98)).map(_two),
    st.integers(2, 6).map(lambda k: f"regular({k})"),
    st.tuples(st.integers(1, 3), st.integers(4, 30)).map(lambda drawn: f"zipf(1.5, {drawn[0]}, {drawn[1]})"),
    st.sampled_from(["poisson(6)", "negative_binomial(6, 4)", "negative_binomial(5, 0.7)", "binomial(9, 0.4)", "geometric(5)"]),
    st.tuples(st.integers(1, 9), st.integers(2, 4), st.integers(6, 15)).map(
        lambda drawn: f"mixture(0.{drawn[0]}: regular({drawn[1]}), {1 - drawn[0] / 10:.1f}: regular({drawn[2]}))"
    ),
)

PLAIN = st.fixed_dictionaries(
    {"texts": st.sampled_from(PARTS), "skills": LAWS, "learner": st.sampled_from(RULES), "unknown": st.sampled_from(["1", "0.8", "0.3"])}
)
"""Ensembles in the letter G, of every law of skills and every kind of learner."""

MEANS = st.integers(3, 120).map(lambda tenths: f"{tenths / 10}*G")
WIDE_TEXTS = st.one_of(
    MEANS.map(lambda mean: f"poisson({mean})"),
    MEANS.map(lambda mean: f"geometric({mean})"),
    st.tuples(MEANS, st.sampled_from(["0.7", "3", "20"])).map(lambda drawn: f"negative_binomial({drawn[0]}, {drawn[1]})"),
    st.tuples(st.integers(1, 9), MEANS, MEANS).map(
        lambda drawn: f"mixture(0.{drawn[0]}: poisson({drawn[1]}), {1 - drawn[0] / 10:.1f}: poisson({drawn[2]}))"
    ),
)
WIDE_RULES = st.one_of(st.integers(1, 30).map(lambda s: f"{s}-skill"), st.sampled_from([*RULES, "success:(1-exp(-x))/x"]))
WIDE_SKILLS = st.one_of(LAWS, st.sampled_from(["pareto(6, 3)", "pareto(4, 1.6)", "log_normal(5, 1)", "regular(8)", "poisson(3)"]))

WIDE = st.fixed_dictionaries(
    {"texts": WIDE_TEXTS, "skills": WIDE_SKILLS, "learner": WIDE_RULES, "unknown": st.sampled_from(["1", "1", "0.7", "0.2"])}
).filter(lambda laws: "(1-exp" not in laws["learner"] or laws["texts"].startswith("poisson"))
"""Ensembles in the letter G, of all laws and all learners, of up to thirty skills at once."""

STAGED = st.tuples(st.sampled_from([(24, 895, 910), (30, 900, 925), (40, 910, 945), (60, 930, 965)]), st.integers(0, 100)).map(
    lambda drawn: {
        "texts": "poisson(5*G)",
        "skills": (lambda w, high: f"polynomial({w / 1000}*x^3 + {(1000 - w) / 1000}*x^{high})")(
            drawn[0][1] + (drawn[0][2] - drawn[0][1]) * drawn[1] // 100, drawn[0][0]
        ),
        "learner": "1-skill",
        "unknown": "1",
    }
)
"""Mixtures of degree 3 and one far larger, most of which learn in two stages."""
