"""Training that ends early: one pass over the texts, several passes, a learner with room for some of the skills."""
