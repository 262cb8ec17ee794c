"""Matrix: rooms of a brand's account on a homeserver, asked by /sync or pushed as an application service."""
