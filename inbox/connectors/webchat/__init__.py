"""The chat on a brand's own website: what visitors and the brand say to each other, kept by ourselves."""
