"""Graphs of finite size: small stuck sets and the floor, the chance to get stuck, and how many texts that takes."""
