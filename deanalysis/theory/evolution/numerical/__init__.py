"""The same thresholds by mpmath, without proof."""
