"""The words of the built-in rules, one module a language."""
