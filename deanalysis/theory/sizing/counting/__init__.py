"""How many sets of skills are stuck, on average: counted for each matching."""
