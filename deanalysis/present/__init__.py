"""What a person reads: theory beside simulation, formulas, figures, tables and the report."""
