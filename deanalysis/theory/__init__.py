"""The theory: what follows from a model, as formulas and as numbers. Read this page first.

Symbols (defined in `manual/theory.md`, declared in `deanalysis/model/symbols.py`):

    P, rho   generating functions of the degrees of texts, from a node and from an edge; c = P'(1), the mean
    L, lam   the same of skills; R = L'(1)/P'(1), texts per skill
    eps      fraction of skills not known before training
    q        probability that the skill on a random edge is novel (not learned), not counting that edge
    T(q)     probability that a text teaches a given novel skill of its own
    f(q)     eps lam(1 - T(q)); density evolution is q -> f(q), and learning stops at its largest fixed point
    zeta     eps L(1 - T(q)), probability that a random skill is still novel when learning has stopped
    t        a state, from which q follows, such that q = f(q) solved for a letter p is h(p) = t/g(t): the curve of all fixed points

Subjects, one folder each:

    evolution     one class of skills: the equation, fixed points, the curve of fixed points, thresholds; all others build on it
    training      training that ends early: one pass, several passes, a learner with limited room
    prior         skills known before by how common they are, and graphs whose commonest skills are in a share of all texts
    percolation   whether learned skills are connected: the giant component of the association graph
    classes       several classes of skills and types of texts, levels, prerequisites
    chains        chains of topics and protographs; the fronts that run along a chain, and windows that move with them
    scaling       errors far from a threshold, at it, and on graphs of finite size; the best split of a budget
    sizing        small stuck sets and the error floor, waterfall and floor in one law, sizes, the exact recursion of small graphs
    compression   bits per text of a trained learner, and sending them over an erasure channel
    design        degree laws with the earliest emergence
    plane         phase diagrams in two letters
    facades       what a user calls: `DensityEvolution`, `ClassEvolution`, `Percolation`, `PriorKnowledge`, ...; they call the subjects

How an equation becomes a number (`evolution`; the other subjects do likewise):

1. `evolution/equations/` holds formulas in SymPy; no file in it imports numerics. `density_evolution.py` derives T, f, zeta and the
   errors of any ensemble and learner; for the 2-skill learner on Poisson laws, f(q) = eps exp(-R c (1 + c q) exp(-c q)).
   `curve.py` solves q = f(q) for a letter, where that is possible.
2. Letters are bound by name (`evolution/letters.py`), exactly, and only when a number is asked for. So one formula serves all numbers.
3. `evolution/branches/` follows the fixed points along a letter in ball arithmetic (`deanalysis/balls/`: numbers with an error bound).
   A `Branch` gives its turning points, the zeros of any condition, whether a point is the largest, and where a jump leads. In
   `bound_curve.py` all turning points of the curve are found on its whole domain; that none is missing is proved by
   `balls/isolation.py` in the interior, and by expansions at the two ends. `plane.py` is for letters that q = f(q) cannot be solved
   for: it searches a range of the letter. `scanned_curve.py` and `scanned_plane.py` find the same by mpmath, without proof.
4. `evolution/thresholds/find.py` says which of these points are thresholds, and of which kind; `evolution/states/` finds the largest
   fixed point at bound letters, and the letter at which an error is reached.
5. `evolution/thresholds/results.py` holds the results, with their status (proved, numerical or undecided: `evolution/answers.py`);
   `deanalysis/record.py` writes them to JSON, reads them back and shows them as tables.

Where to look: a formula is in a file or folder `equations`; its proof, step by step, in `derivations/` of the checkout; the tests of
a subject are in `tests/theory/SUBJECT/`. A subject imports `evolution` and no other subject, except where `tests/test_rooms.py` says so.
"""
