"""The bank that takes the money."""
import http.client
import json
import ssl


class AcquirerError(Exception):
    """The bank refused the request, or answered with something that is no answer."""


class Acquirer:
    def __init__(self, settings):
        self.host = settings["host"]
        self.port = settings["port"]
        self.key = settings["key"]
        self.timeout = settings["timeout_s"]
        self.context = ssl.create_default_context(cafile=settings["ca_file"])

    def authorize(self, customer, cents):
        """Returns the bank's reference for an amount in cents."""
        connection = http.client.HTTPSConnection(self.host, self.port, timeout=self.timeout, context=self.context)
        try:
            headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
            body = json.dumps({"customer": customer, "cents": cents})
            connection.request("POST", "/v1/authorizations", body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        if response.status != 201:
            raise AcquirerError(
                f"{response.status} {response.reason} for url: https://{self.host}:{self.port}/v1/authorizations: {text}"
            )
        return json.loads(text)["reference"]
