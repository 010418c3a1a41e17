"""Arithmetic that proves: proved digits, formulas compiled for balls, searches that leave nothing out; nothing of learning."""
