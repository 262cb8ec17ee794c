"""What Daphne does otherwise for us: one header with underscores comes through, forms are ours, bodies have limits."""

from daphne import http_protocol

from config.bodies import MeasuredRequest

UNDERSCORED, OURS = b"api_access_token", b"Api-Access-Token"


class TokenRequest(MeasuredRequest):
    """A request whose `api_access_token` reaches us as `Api-Access-Token`.

    Daphne drops every name with an underscore, since CGI takes “_” and “-” for the same: a client could send twins
    of headers that a proxy sets. No proxy sets this one, so that the others may go on being dropped.
    """

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> object:  # noqa: N802 - Twisted's name
        """Leave forms unread: Django reads them, and says what is wrong with one; Twisted answers without a word."""
        self._parsePOSTFormSubmission = False
        return super().requestReceived(command, path, version)

    def process(self) -> object:
        """Give the header the name that is let through, unless both came; then do as Daphne does."""
        tokens = self.requestHeaders.getRawHeaders(UNDERSCORED)
        if tokens and not self.requestHeaders.hasHeader(OURS):
            self.requestHeaders.setRawHeaders(OURS, tokens)
        return super().process()


def let_through() -> None:
    """Have Daphne make its requests of this kind, however it was started; it looks the class up by its name."""
    http_protocol.WebRequest = TokenRequest
