"""A translator of LibreTranslate's shape, and of OpenAI's, that tests start on this machine."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Translator(BaseHTTPRequestHandler):
    """Answers both shapes with what the test has put into `said`; drips where it is told to."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, dict(self.headers), asked))
        if self.path == "/translate":
            body = {"translatedText": self.server.said}
        else:
            content = json.dumps({"text": self.server.said})
            body = {"choices": [{"message": {"role": "assistant", "content": content}}]}
        answer = self.server.body or json.dumps(body).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        pieces = [answer] if not self.server.pause else [answer[at : at + 1] for at in range(len(answer))]
        for piece in pieces:
            time.sleep(self.server.pause)
            try:
                self.wfile.write(piece)
            except OSError:  # whoever asked has gone
                return

    def log_message(self, *_):
        pass


@contextmanager
def serving():
    """Run a translator; its address is `address`, what it is to say `said`, what it was asked `asked`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Translator)
    server.asked, server.said, server.status, server.pause = [], "Wo ist mein Zug?", 200, 0
    # Whatever it answers instead of JSON.
    server.body = b""
    server.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
