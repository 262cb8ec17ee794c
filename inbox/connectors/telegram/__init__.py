"""Telegram, by its Bot API: what people write to a bot."""
