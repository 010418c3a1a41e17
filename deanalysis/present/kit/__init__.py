"""What all pages, documents and figures share: style, tables, curves, figures, the notebook."""
