"""What a brand says: positions, signed wording, suggestion and the guard. It knows no tickets."""
