"""Where learning stops: the largest fixed point, its limits, and the parameter that reaches a target."""
