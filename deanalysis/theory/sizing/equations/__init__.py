"""Equations of stuck sets: their growth rate, and the leading terms of floors."""
