"""What a graph takes in memory is known before it is drawn, and a size that cannot fit is refused."""

import json
import subprocess
import sys

import pytest

from deanalysis import Ensemble, InputError, SkillLearner, parse_law, simulate
from deanalysis.simulate import experiment as memory

MEASURE = """
import json, os, sys
from deanalysis import Association, Ensemble, parse_law, parse_learner
from deanalysis.commands.progress import peak_bytes
from deanalysis.simulate.experiment import Experiment, expected_bytes
from deanalysis.simulate.trials import run_trial
texts, skills, learner, once, keep, *matching = json.loads(sys.argv[1])
counted = Association(keep=keep) if keep else None
ensemble = Ensemble(parse_law(texts), parse_law(skills), 1, *matching)
def experiment(size):
    return Experiment(ensemble, parse_learner(learner), size, once, association=counted)
"""
OF_CHAIN = """
import json, os, sys
from deanalysis import load_model
from deanalysis.commands.progress import peak_bytes
from deanalysis.simulate.topics.chain_experiment import ChainExperiment
from deanalysis.simulate.experiment import expected_bytes
from deanalysis.simulate.trials import run_trial
text, learner, values = json.loads(sys.argv[1])
chain = load_model(text, learner=learner).ensemble.at(**values)
def experiment(size):
    return ChainExperiment(chain, chain.learner, size // chain.topics)
"""
RUN = """
small, large = map(experiment, (1000, 2_000_000))
if not os.fork():
    run_trial(small, 1, 0)
    os._exit(0)
assert os.wait()[1] == 0
run_trial(large, 1, 0)
print(json.dumps([expected_bytes(large), peak_bytes()]))
"""
CHAINS = [
    ("chain(paper, 20, 3)", "1-skill", {"c": "5", "R": "1.1"}),
    ("chain(paper, 1, 1)", "2-skill", {"c": "5", "R": "1.1"}),
    ("chain(ldpc(3,6), 20, 3)", "1-skill", {"eps": "0.4"}),
]
CASES = [
    ("poisson(5)", "poisson(10)", "1-skill", False, ""),
    ("poisson(5)", "poisson(10)", "2-skill", False, ""),
    ("poisson(5)", "poisson(10)", "1-skill", True, ""),
    ("regular(6)", "regular(3)", "1-skill", False, ""),
    ("regular(5)", "poisson(10)", "1-skill", False, ""),
    ("geometric(5)", "regular(9)", "1-skill", False, ""),
    ("poisson(5)", "negative_binomial(9, 0.8)", "1-skill", False, ""),
    ("geometric(5)", "geometric(9)", "success:exp(-x/2)", False, ""),
    ("poisson(1)", "poisson(1)", "1-skill", False, "1"),
    ("poisson(1)", "poisson(4)", "1-skill", False, "decay(0.9)"),
    ("poisson(9)", "regular(3)", "1-skill", False, "", "parts"),
    ("poisson(5)", "poisson(10)", "1-skill", False, "", "distinct"),
    ("geometric(5)", "regular(9)", "1-skill", False, "", "distinct"),
    ("regular(5)", "poisson(10)", "1-skill", False, "", "distinct"),
    ("regular(5)", "geometric(5)", "2-skill", False, "", "distinct"),
    ("regular(6)", "regular(3)", "1-skill", False, "", "distinct"),
]


@pytest.mark.parametrize(("program", "case"), [*((MEASURE, case) for case in CASES), *((OF_CHAIN, case) for case in CHAINS)])
def test_a_graph_takes_what_is_expected(program: str, case: tuple[object, ...]) -> None:
    """A small graph first, in another process, so that what compiling takes, once and for all, is not counted."""
    done = subprocess.run([sys.executable, "-c", program + RUN, json.dumps(case)], check=True, capture_output=True, text=True)
    expected, measured = json.loads(done.stdout)
    assert 0.5 * expected < measured <= 1.05 * expected


def test_a_size_that_cannot_fit_is_refused_with_one_that_would(monkeypatch) -> None:
    monkeypatch.setattr(memory, "available_bytes", lambda: 1e9)
    ensemble = Ensemble(parse_law("poisson(5)"), parse_law("poisson(13)"))
    with pytest.raises(InputError, match=r"([0-9]+) would fit") as refused:
        simulate(ensemble, SkillLearner(1), skills=10**8, replicates=1, seed=1)
    fits = int(str(refused.value).rpartition("; ")[2].split()[0])
    assert 10**6 < fits < 10**8
    for skills, workers in ((fits, 1), (fits // 4, 2)):
        memory.check_memory([memory.Experiment(ensemble, SkillLearner(1), skills)], workers)
    with pytest.raises(InputError, match="would fit"):
        memory.check_memory([memory.Experiment(ensemble, SkillLearner(1), fits + fits // 100)], 1)


def test_a_container_s_limit_counts(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(memory, "_CGROUP", tmp_path)
    assert memory.available_bytes() > 1e8
    (tmp_path / "memory.max").write_text("5000000\n")
    (tmp_path / "memory.current").write_text("1500000\n")
    (tmp_path / "memory.stat").write_text("anon 1000000\ninactive_file 500000\n")
    assert memory.available_bytes() == 4_000_000
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.available_bytes() > 4_000_000


def test_the_largest_graph_of_all_workers_decides(monkeypatch) -> None:
    """Points of a sweep differ; each worker may be at the largest of them."""
    small, large = (
        memory.Experiment(Ensemble(parse_law("poisson(5)"), parse_law(f"poisson({mean})")), SkillLearner(2), 10**6) for mean in (5, 500)
    )
    needed = memory.expected_bytes(large)
    for experiments in ([small, large], [large, small]):
        for workers in (1, 3):
            monkeypatch.setattr(memory, "available_bytes", lambda workers=workers: 1.01 * workers * needed)
            memory.check_memory(experiments, workers)
            monkeypatch.setattr(memory, "available_bytes", lambda workers=workers: 0.99 * workers * needed)
            with pytest.raises(InputError, match="would fit"):
                memory.check_memory(experiments, workers)
