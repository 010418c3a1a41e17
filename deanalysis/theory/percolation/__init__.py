"""Whether what is learned hangs together: the giant component of the association graph."""
