"""SymPy functions and simplification that know nothing of learning: sparse polynomials, power laws, signs, series."""
