"""What somebody wrote in a letter, without what their program put around it."""

import re
from html.parser import HTMLParser

# The line by which programs begin what they quote, in the languages of their users.
_QUOTE_BEGINS = re.compile(
    r"^\s*(?:"
    r"(?:On|Am|El|Le|Il|Em|Op|Den|W dniu|Dne)\b.{4,300}"
    r"\b(?:wrote|schrieb|escribió|a écrit|ha scritto|escreveu|schreef|skrev|napisał\(?a?\)?|napsal\(?a?\)?)\b.{0,120}:"
    r"|-{2,}\s*(?:Original Message|Ursprüngliche Nachricht|Mensaje original|Message d'origine|Messaggio originale"
    r"|Mensagem original|Oorspronkelijk bericht|Forwarded message)\s*-{2,}"
    r"|_{20,}"
    r")\s*$",
    re.IGNORECASE,
)
# Outlook quotes below the headers of what it quotes, of which the second stands right below the first.
_HEADER = re.compile(r"^\s*\*?(?:From|Von|De|Da|Van|Från|Fra|Od)\s*:\*?\s", re.IGNORECASE)
_NEXT_HEADER = re.compile(
    r"^\s*\*?(?:Sent|Gesendet|Date|Enviado|Envoyé|Inviato|Verzonden|To|An|Skickat|Datum)\s*:\*?\s", re.I
)
_QUOTED = re.compile(r"^\s*>")
_SIGNATURE = re.compile(r"^-- ?$")
_BREAKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "blockquote", "hr"}
_UNREAD = {"style", "script", "head", "title"}
_VOID = {"br", "hr", "img", "meta", "link", "input", "area", "base", "col", "source", "wbr"}
# By which the large programs mark what they quote.
_QUOTES = {
    "gmail_quote",
    "gmail_quote_container",
    "yahoo_quoted",
    "moz-cite-prefix",
    "protonmail_quote",
    "divrplyfwdmsg",
}


def own_words(text: str) -> str:
    """Return what is new in a text: without the letter quoted below and the signature.

    Where somebody has written between the quoted lines, all of it stays: one makes no sense without the other.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    end = _end_of_words(lines)
    kept = "\n".join(lines[:end]).strip()
    return kept or "\n".join(lines).strip()


def text_of_html(markup: str) -> str:
    """Return the words of a letter that came as HTML only, without what it quotes in the usual way."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.words).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _end_of_words(lines: list[str]) -> int:
    for number, line in enumerate(lines):
        if _SIGNATURE.match(line):
            return number
        if _begins_quote(lines, number) and not _answered_below(lines[number + 1 :]):
            return number
    return len(lines)


def _begins_quote(lines: list[str], number: int) -> bool:
    line, below = lines[number], lines[number + 1 : number + 3]
    # "On … wrote:" is often folded onto a second line.
    folded = f"{line} {below[0]}" if below and line.strip() and not line.rstrip().endswith(":") else line
    if _QUOTE_BEGINS.match(line) or (_QUOTE_BEGINS.match(folded) and not _QUOTE_BEGINS.match(below[0])):
        return True
    if _HEADER.match(line) and any(_NEXT_HEADER.match(other) for other in below):
        return True
    return bool(_QUOTED.match(line))


def _answered_below(lines: list[str]) -> bool:
    """Return whether something is written below the first quoted lines that is no signature."""
    quoted = False
    for line in lines:
        if _SIGNATURE.match(line):
            return False
        if _QUOTED.match(line):
            quoted = True
        elif quoted and line.strip() and not _QUOTE_BEGINS.match(line):
            return True
    return False


class _Reader(HTMLParser):
    """Collects the words of HTML, and passes over what is quoted or not for reading."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: (value or "").lower() for name, value in attrs}
        quotes = bool(_QUOTES & {*said.get("class", "").split(), said.get("id", "")}) or said.get("type") == "cite"
        if tag not in _VOID and (self._hidden or tag in _UNREAD or quotes):
            self._hidden.append(tag)
        elif tag in _BREAKS and not self._hidden:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            # What was left open inside ends with it.
            while self._hidden.pop() != tag:
                pass
        elif tag in _BREAKS and tag not in _VOID and not self._hidden:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data.replace("\n", " "))
