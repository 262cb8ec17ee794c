"""A make-believe network with a public page of its own, reached like a real one: over HTTP."""
