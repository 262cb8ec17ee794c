"""The shared inbox: tickets, messages, their way in and out, and the pages where agents answer."""
