"""Payments: charges customers through the bank and keeps a record."""
import json
import logging
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import metrics
from acquirer import Acquirer
from amounts import fee
from ledger import Ledger

with open(sys.argv[1], encoding="utf-8") as file:
    SETTINGS = json.load(file)

logging.basicConfig(
    stream=sys.stdout,
    level=logging.INFO,
    format="%(asctime)s %(levelname)s [%(name)s] [%(filename)s:%(lineno)d] - %(message)s",
)
log = logging.getLogger("payments.app")
acquirer = Acquirer(SETTINGS["acquirer"])
ledger = Ledger(SETTINGS["database"])


def charge(request):
    """Charges a customer; returns what is sent back."""
    cents = request["cents"]
    reference = acquirer.authorize(request["customer"], cents)
    ledger.record(request["customer"], cents, reference)
    return {"reference": reference, "fee": fee(cents)}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/metrics":
            self.answer(200, metrics.exposition(), "text/plain; version=0.0.4")
        else:
            self.answer(200, '{"ok": true}')

    def do_POST(self):
        begun = time.monotonic()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, text = 404, '{"message": "not found"}'
        if self.path == "/charge":
            try:
                status, text = 200, json.dumps(charge(json.loads(body)))
            except Exception:
                log.exception("Exception on %s [%s]", self.path, self.command)
                status, text = 500, '{"message": "Internal Server Error"}'
        metrics.observe(time.monotonic() - begun, self.command, self.path, status)
        self.answer(status, text)

    def answer(self, status, text, kind="application/json"):
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


def stop(*_):
    log.info("stopping")
    sys.exit(0)


signal.signal(signal.SIGTERM, stop)
log.info("payments %s on port %d", SETTINGS["version"], SETTINGS["port"])
ThreadingHTTPServer(("127.0.0.1", SETTINGS["port"]), Handler).serve_forever()
