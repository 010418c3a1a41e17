"""The list of learned skills, which both ends of a semantic code share: its order is the numbering."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from .texts import MOST_SKILLS, Texts

__all__ = ["Learned"]

_DIGEST = 16


@dataclass(frozen=True, eq=False)
class Learned:
    """The skills that a learner has learned, the most popular first where popularity is known.

    The place of a skill in the list is its index. A code needs no popularities beyond that order: it counts what it meets.

    >>> Learned.of([7, 2, 9]).ranks(Texts.of([{2, 7}, {9}, {3, 9}]))[0].tolist()
    [True, True, False]
    """

    order: NDArray[np.uint32]

    @classmethod
    def of(cls, skills: Iterable[int] | NDArray[Any]) -> Learned:
        """Return a list of skills in their order; raise `InputError` where one is there twice or is not from 0 to 2^31 - 1."""
        order = np.asarray(skills if isinstance(skills, np.ndarray) else list(skills))
        if order.size and (order.ndim != 1 or order.dtype.kind not in "iu" or order.min() < 0 or order.max() > MOST_SKILLS):
            raise InputError("the learned skills", f"must be whole numbers from 0 to {MOST_SKILLS} in a row")
        if len(np.unique(order)) < len(order):
            raise InputError("the learned skills", "must each be there once")
        return cls(order.astype(np.uint32))

    def __len__(self) -> int:
        return len(self.order)

    def __repr__(self) -> str:
        return f"<{len(self)} learned skills>"

    @cached_property
    def digest(self) -> bytes:
        """What tells the list from any other."""
        return hashlib.blake2b(self.order.astype("<u4").tobytes(), digest_size=_DIGEST).digest()

    @cached_property
    def _sorted(self) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        places = np.argsort(self.order, kind="stable")
        return self.order[places], places

    def ranks(self, texts: Texts) -> tuple[NDArray[np.bool_], Texts]:
        """Return which texts are understood, and these with indices in place of skills."""
        ascending, places = self._sorted
        nearest = np.searchsorted(ascending, texts.skills)
        known = np.zeros(len(texts.skills), dtype=bool)
        inside = nearest < len(ascending)
        known[inside] = ascending[nearest[inside]] == texts.skills[inside]
        met = np.concatenate([[0], np.cumsum(~known)])
        understood = met[texts.start[1:]] == met[texts.start[:-1]]
        kept = np.repeat(understood, texts.counts)
        counts = texts.counts[understood]
        return understood, Texts.drawn(np.concatenate([[0], np.cumsum(counts)]), places[nearest[kept]])

    def skills(self, ranks: Texts) -> Texts:
        """Return texts with skills in place of indices."""
        return Texts.drawn(ranks.start, self.order[ranks.skills])
