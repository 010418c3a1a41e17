"""The theory, a folder for each subject: its equations first, in formulas alone, then the numbers that are solved from them."""
