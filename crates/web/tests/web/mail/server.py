"""A mail server for the tests: aiosmtpd (Debian: python3-aiosmtpd), which is not ours and follows RFC 5321.

Arguments: port, "plain" or "starttls". It says "ready", then a line of JSON for each letter it took. A recipient that
begins with "grey" is asked to come back once, one with "unknown" is refused. With "starttls" the line must be encrypted
and the name and password must be "motcua" and "secret". It ends with its input.
"""

import email
import email.policy
import json
import pathlib
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

HERE = pathlib.Path(__file__).parent


class Handler:
    def __init__(self):
        self.seen = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("unknown"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("grey") and address not in self.seen:
            self.seen.add(address)
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = {part.get_content_type(): part.get_content() for part in letter.walk() if not part.is_multipart()}
        told = {
            "tls": session.ssl is not None,
            "signed_in": session.authenticated,
            "to": envelope.rcpt_tos,
            "headers": {name.lower(): str(value) for name, value in letter.items()},
            "plain": parts.get("text/plain", ""),
            "html": parts.get("text/html", ""),
        }
        print(json.dumps(told), flush=True)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    fits = isinstance(data, LoginPassword) and (data.login, data.password) == (b"motcua", b"secret")
    return AuthResult(success=fits, handled=fits)


settings = {}
if sys.argv[2] == "starttls":
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(HERE / "server.pem", HERE / "server.key")
    settings = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": authenticate}
controller = Controller(Handler(), hostname="127.0.0.1", port=int(sys.argv[1]), **settings)
controller.start()
print("ready", flush=True)
sys.stdin.read()
controller.stop()
