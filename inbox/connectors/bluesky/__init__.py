"""Bluesky: public mentions, replies and quotes, asked for and answered over the AT Protocol."""
