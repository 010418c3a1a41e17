"""What goes into a paper: LaTeX, code in six languages, derivations."""
