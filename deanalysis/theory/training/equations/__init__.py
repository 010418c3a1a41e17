"""The equations of training that ends early, as formulas."""
