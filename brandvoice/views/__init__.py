"""The pages about positions: the library, one position, writing, signing."""
