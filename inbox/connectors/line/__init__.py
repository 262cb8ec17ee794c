"""LINE, by its Messaging API: what people write to an official account."""
