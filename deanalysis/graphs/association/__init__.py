"""The association graph of learned skills: drawn with planted classes, embedded by its spectrum, and compared with classes."""
