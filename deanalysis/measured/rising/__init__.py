"""How curves rise: jump or gradual, where, and how room grows with the size of trained models."""
