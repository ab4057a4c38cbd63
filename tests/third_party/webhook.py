"""A webhook of ours, taken by other people's libraries: `standardwebhooks` verifies the signature, `cloudevents` reads the event.

usage: webhook.py DCRSYNC"""

import base64
import http.server
import os
import subprocess
import sys
import tempfile
import threading

from cloudevents.http import from_http
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

PROGRAM = os.path.abspath(sys.argv[1])
SECRET = "whsec_" + base64.b64encode(os.urandom(32)).decode()
DOCUMENT = """\
version: 1
name: payments
okta: { org_url: https://acme.okta.com, token: { env: TOKEN } }
konnect: { region: us, token: { env: TOKEN } }
alerts:
- webhook: { url: '%s', secret: { env: HOOK } }
"""

got = []


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        got.append((dict(self.headers), body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()
with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "dcrsync.yaml"), "w") as file:
        file.write(DOCUMENT % f"http://127.0.0.1:{server.server_port}/hook")
    environment = {**os.environ, "TOKEN": "00token", "HOOK": SECRET}
    subprocess.run([PROGRAM, "alert", "test"], cwd=folder, env=environment, check=True)

((headers, body),) = got
Webhook(SECRET).verify(body, headers)
try:
    Webhook(SECRET).verify(body.replace(b"payments", b"paymentz"), headers)
except WebhookVerificationError:
    pass
else:
    raise SystemExit("a changed body was taken")
event = from_http({name.lower(): value for name, value in headers.items()}, body)
assert event["type"] == "io.dcrsync.alert.firing", event
assert event["source"] == "/dcrsync/payments", event
assert event["id"] == headers["webhook-id"], event
assert event.data["document"] == "payments", event.data
print("the signature is right, and the event is one")
