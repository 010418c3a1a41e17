"""Beside measured curves: tables of measurements, the theory's learning curves and the usual forms, fitted with intervals and tested."""
