"""Published tables sum to 1 up to their digits: taken when asked, refused with that remedy otherwise."""

import pytest
import sympy as sp
from command_line import output, run
from hypothesis import given, strategies as st

import deanalysis as da
from deanalysis import InputError, load_model, parse_law

RAPTOR = (
    "0.007969x + 0.493570x^2 + 0.166220x^3 + 0.072646x^4 + 0.082558x^5 + 0.056058x^8 + 0.037229x^9 + 0.055590x^19"
    " + 0.025023x^64 + 0.003135x^65"
)


def test_a_published_table() -> None:
    with pytest.raises(InputError, match=r"coefficients must sum to 1, got '0\.999998'; give `normalize`"):
        parse_law(f"polynomial({RAPTOR})")
    law = parse_law(f"polynomial({RAPTOR})", normalize=True)
    assert law.pmf(2) == sp.Rational(493570, 999998)
    assert parse_law(str(law)) == law


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=9), st.integers(2, 8))
def test_whatever_is_rounded_is_taken(weights: list[int], places: int) -> None:
    shares = {degree: f"{weight / sum(weights):.{places}f}" for degree, weight in enumerate(weights, start=1)}
    total = sum(map(sp.Rational, shares.values()))
    written = " + ".join(f"{share}x^{degree}" for degree, share in shares.items())
    for law in (parse_law(f"polynomial({written})", normalize=True), da.Polynomial(shares, normalize=True)):
        assert law.terms == tuple((degree, sp.Rational(share) / total) for degree, share in shares.items() if sp.Rational(share))
    if total != 1:
        with pytest.raises(InputError, match="give `normalize`"):
            da.Polynomial.from_edges(shares)


@pytest.mark.parametrize(
    "text",
    [
        "polynomial(0.50x + 0.48x^2)",
        "polynomial(1/2 x + 1/3 x^2)",
        "edge(0.400x + 0.700x^2)",
        "mixture(0.50: poisson(2), 0.4: regular(3))",
        "mixture(0.5: poisson(2.25), 0.4995: polynomial(0.50x + 0.48x^2))",
        "irsa",
    ],
)
def test_what_rounding_does_not_explain_stays_refused(text: str) -> None:
    read = load_model if text == "irsa" else parse_law
    with pytest.raises(InputError, match="sum to 1") as caught:
        read("irsa(0.50x^2 + 0.48x^3)" if text == "irsa" else text, normalize=True)
    assert "normalize" not in str(caught.value)


def test_everywhere_where_laws_are_stated(tmp_path) -> None:
    assert str(da.Mixture((("0.33", da.Poisson(1)), (0.66, da.Poisson(2))), normalize=True)) == "mixture(1/3: poisson(1), 2/3: poisson(2))"
    done = run("threshold", "irsa(0.333x^2 + 0.666x^3)")
    assert done.returncode == 2
    assert done.stderr == (
        "deanalysis: irsa(POLYNOMIAL): the coefficients must sum to 1, got '0.999'; "
        "give --normalize to divide by it: rounding explains it\n"
    )
    found, exact = (output("threshold", *model) for model in (("irsa(0.333x^2 + 0.666x^3)", "--normalize"), ("irsa(1/3x^2 + 2/3x^3)",)))
    assert found == exact
    one = '[texts]\ndegrees = "poisson(c)"\n[skills]\ndegrees = "edge(0.333x + 0.666x^2)"\n'
    classes = '[skills.a]\n[texts.b]\nratio = "R"\nskills = {a = "polynomial(0.333x + 0.666x^2)"}\n'
    for number, content in enumerate((one, classes)):
        path = tmp_path / f"{number}.toml"
        path.write_text(content)
        with pytest.raises(InputError, match="give `normalize`"):
            load_model(path)
        taken = load_model(path, normalize=True)
        section = "[skills]\n" if number == 0 else "[texts.b]\n"
        path.write_text(content.replace(section, f"{section}normalize = true\n"))
        assert load_model(path).ensemble == taken.ensemble
        path.write_text(content.replace(section, f"{section}normalize = 1\n"))
        with pytest.raises(InputError, match="normalize must be true or false"):
            load_model(path)
