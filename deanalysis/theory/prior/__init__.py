"""Prior knowledge that depends on how common a skill is: of the commonest skills, or of any, by their degrees."""
