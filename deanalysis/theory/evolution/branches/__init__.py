"""The fixed points along a letter: as a curve that is inverted, or in the plane of q and the letter, proved or scanned."""
