"""Settings of the manual: Markdown pages, the reference from docstrings, formulas as MathML, and nothing that is loaded from elsewhere."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import deanalysis

project = "deanalysis"
author = "The deanalysis authors"
release = deanalysis.__version__

extensions = ["myst_parser", "mathml", "generated"]
myst_enable_extensions = ["amsmath", "deflist", "dollarmath"]
myst_heading_anchors = 3
html_math_renderer = "mathml"
smartquotes = False
exclude_patterns = ["build"]

html_theme = "furo"
html_title = f"deanalysis {release}"
html_static_path = ["_static"]
html_css_files = ["style.css"]
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
