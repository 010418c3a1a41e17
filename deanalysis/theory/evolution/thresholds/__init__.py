"""Where the state of learning changes: emergence, fold, stability, potential, cusp."""
