"""Instagram: direct messages, and the comments under what the account has posted."""
