"""Pages of the inbox and the fragments they are made of: fetch, one call, render."""
