"""The report of a model: a page, a LaTeX document, figures."""
