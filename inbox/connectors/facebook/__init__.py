"""Facebook: messages to a Page, and the comments under its posts."""
