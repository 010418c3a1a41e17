"""What a user calls: a model with its equations and the numbers of all subjects."""
