"""What screens and the rooms above ask about positions, wordings and suggestions."""
