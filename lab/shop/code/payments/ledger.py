"""What was charged, in the shop's database."""
import json
import socket
import threading


class DatabaseError(Exception):
    """What the database said."""


class Ledger:
    def __init__(self, settings):
        self.address = (settings["host"], settings["port"])
        self.lock = threading.Lock()
        self.file = None

    def record(self, customer, cents, reference):
        sql = "INSERT INTO payments (customer, cents, reference) VALUES ($1, $2, $3)"
        with self.lock:
            return self._query(sql, [customer, cents, reference])

    def _query(self, sql, params):
        try:
            if self.file is None:
                connection = socket.create_connection(self.address, timeout=2)
                self.file = connection.makefile("rw", encoding="utf-8")
            self.file.write(json.dumps({"sql": sql, "params": params}) + "\n")
            self.file.flush()
            answer = json.loads(self.file.readline() or '{"error": {"message": "server closed the connection unexpectedly"}}')
        except OSError:
            self.file = None
            raise
        if "error" in answer:
            if "closed" in answer["error"]["message"] or answer["error"]["message"].startswith("FATAL"):
                self.file = None
            raise DatabaseError(answer["error"]["message"])
        return answer.get("rows", [])
