"""The public door of the website chat: the widget, what it asks for, and a plain page for browsers without scripts."""
