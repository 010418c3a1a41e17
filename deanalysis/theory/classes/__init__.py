"""Many classes of skills and types of texts, and hierarchies of them."""
