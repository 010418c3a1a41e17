"""Emergence in measured curves: jump or gradual rise, where, and whether at one x for all."""

from __future__ import annotations

from dataclasses import replace
from math import exp

from ..answers import CurveEmergence, Emergence, TheorySides
from ..least_squares.fitting import Fitted
from .onsets import OnsetProfile, one_onset
from .sides import alone, sides
from .steps import largest_step, left_start


def emergence(chosen: Fitted, significance: float = 0.01) -> Emergence:
    """Say how and where curves rise, by their points, by a power law from an onset on, and by the model of the theory that was chosen.

    See `largest_step`, `OnsetProfile`, `one_onset` and `sides` for what each of them claims, and with which certainty.
    """
    data, guess = chosen.data, chosen.problem.guess
    profiles = [OnsetProfile(curve, guess, data.noise_degrees) for curve in data.curves]
    each = [chosen] if len(profiles) == 1 else [alone(chosen, index) for index in range(len(profiles))]
    by_theory = [None if one is None else sides(one, significance) for one in each]
    rows = tuple(_of_curve(profile, own) for profile, own in zip(profiles, by_theory, strict=True))
    of_all = by_theory[0] if len(profiles) == 1 else sides(chosen, significance)
    return Emergence(_verdict(rows), of_all, one_onset([one for one in profiles if one.degrees > 0], significance), rows)


def _of_curve(profile: OnsetProfile, by_theory: TheorySides | None) -> CurveEmergence:
    """Return what one curve says."""
    curve, noise = profile.curve, profile.noise_degrees
    stays, left = left_start(curve, noise)
    found = CurveEmergence(curve.name, largest_step(curve, noise), stays=stays, left=left, by_theory=by_theory)
    if profile.degrees < 1:
        return found
    return replace(found, onset=profile.interval, exponent=exp(profile.best[1]), p_value=profile.p_value)


def _verdict(rows: tuple[CurveEmergence, ...]) -> str:
    """Return the verdict that all decided curves share, or that there is none."""
    decided = {row.step.verdict for row in rows} - {"undecided"}
    return "undecided" if not decided else "differs" if len(decided) > 1 else decided.pop()
