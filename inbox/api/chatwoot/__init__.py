"""The API that connectors written for Chatwoot speak, answered with our tickets, customers and messages."""
