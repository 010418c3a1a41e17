"""How the nodes of a random graph find each other: degrees, ends of edges, and edges that never repeat."""
