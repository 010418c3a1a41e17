"""The independent witness: random graphs, learning on them, and honest statistics. It imports no equation and no solver."""
