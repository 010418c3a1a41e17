"""The equations of density evolution as formulas; these files import no numerics."""
