"""Reads a message: its language, its sentiment, how urgent it is; from the words alone, with confidence."""
