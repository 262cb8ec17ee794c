"""Lines for the terminal: one prefix and one colour for each process."""

import os
import re
import sys
from contextlib import suppress
from typing import TextIO

COLOURS = ("36", "32", "35", "34", "33", "96", "92", "95")
LEVELS = {"ERROR": "31", "CRITICAL": "31;1", "WARNING": "33", "DEBUG": "2"}
WIDTH = 9
LEVEL = re.compile(r"^(DEBUG|WARNING|ERROR|CRITICAL)\b")


class Terminal:
    """Prints readable lines, coloured where somebody looks."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout
        wanted = os.environ.get("FORCE_COLOR") or self.stream.isatty()
        self.coloured = bool(wanted) and not os.environ.get("NO_COLOR")
        self.names: list[str] = []

    def say(self, sentence: str) -> None:
        """Print a line of the supervisor's own."""
        self.line("onevoice", sentence)

    def line(self, name: str, text: str) -> None:
        """Print one line of the process `name`."""
        if name not in self.names:
            self.names.append(name)
        prefix = self.paint(f"{name:<{WIDTH}}│", COLOURS[self.names.index(name) % len(COLOURS)])
        level = LEVEL.match(text)
        body = self.paint(text, LEVELS[level[1]]) if level else text
        with suppress(BrokenPipeError):  # whoever read us is gone; what runs goes on
            self.stream.write(f"{prefix} {body}\n")
            self.stream.flush()

    def paint(self, text: str, colour: str) -> str:
        """Return `text` in a colour, where colours are wanted."""
        return f"\033[{colour}m{text}\033[0m" if self.coloured else text
