"""How fast the semantic coder is, beside zstd and xz on the same texts: `python tests/benchmarks/compression.py`."""

import subprocess
import sys

import numpy as np
from thresholds import timed

from deanalysis import DensityEvolution, ErasureCode, Language, Learned, SemanticCoder, Texts, compress, load_model, train
from deanalysis.coder.coder import bits_by
from deanalysis.coder.texts import as_bytes

_FEW, _SKILLS, _TEXTS, _BITS = 5, 300_000, 1_000_000, 10_000


def code(skills: str, picks: str) -> None:
    """Print what the coder takes."""
    model = load_model("paper", skills=skills)
    learner = train(model.ensemble, model.learner, skills=_SKILLS, c=3, R=5)
    coder, texts = SemanticCoder(Learned.of(learner.ordered)), Texts.drawn(*learner.fresh(_TEXTS, picks))
    content = coder.encode(texts)
    assert coder.decode(content) == texts
    written, read = timed(lambda: coder.encode(texts), _FEW), timed(lambda: coder.decode(content), _FEW)
    plain = as_bytes(texts)
    packed = timed(lambda: bits_by("zstd", plain), _FEW)
    print(f"{picks}: 10^6 texts encoded in {written:.3g} s ({written / packed:.3g} x zstd), decoded in {read:.3g} s")
    print(f"  {8 * len(content) / _TEXTS:.5g} bits per text, zstd {bits_by('zstd', plain):.5g}, xz {bits_by('xz', plain):.5g}")


def main() -> None:
    """Print every row."""
    code("poisson(c*R)", "uniform")
    code("negative_binomial(c*R, 4/5)", "popularity")
    model = load_model("paper")
    evolution = DensityEvolution(model.ensemble, model.learner)
    rate = timed(lambda: compress(evolution, _SKILLS, 256, c=3, R=2), _FEW)
    print(f"bits per text to 15 proved digits: {1e3 * rate:.3g} ms")
    language = Language()
    some = Texts.drawn(*train(model.ensemble, model.learner, skills=_SKILLS, c=3, R=5).fresh(100_000))
    spoken = timed(lambda: language.write(some, 1), _FEW)
    print(f"10^5 texts of the language written in {spoken:.3g} s")
    block = ErasureCode.draw(load_model("ldpc(3,6)").ensemble, _BITS)
    reduced = timed(lambda: ErasureCode.draw(load_model("ldpc(3,6)").ensemble, _BITS).dimension, 1)
    message, rng = np.zeros(block.dimension, dtype=np.uint8), np.random.default_rng(1)
    erased = rng.random(_BITS) < 0.41
    sent, got = timed(lambda: block.encode(message), _FEW), timed(lambda: block.decode(message.repeat(2), erased), _FEW)
    print(f"code (3, 6) of length 10^4, drawn and reduced: {reduced:.3g} s")
    print(f"a block of it encoded: {1e3 * sent:.3g} ms, decoded: {1e3 * got:.3g} ms")
    command = [sys.executable, "-m", "deanalysis", "compress", "paper", "--set", "c=3", "--set", "R=2", "--size", "100000"]
    command += ["--lossless-bits", "256"]
    process = float(np.median([timed(lambda: subprocess.run(command, check=True, capture_output=True), 1) for _ in range(_FEW)]))
    print(f"process, deanalysis compress paper --set c=3 --set R=2 --size 100000 --lossless-bits 256: {process:.3g} s")


if __name__ == "__main__":
    main()
