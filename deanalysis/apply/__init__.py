"""A learner put to use on data: the semantic coder, a language to try it on, and a channel to send it over."""
