"""Mastodon: mentions on any server of the Fediverse, public or direct, over the server of the brand's account."""
