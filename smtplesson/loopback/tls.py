"""The lesson's certificate: made when TLS is first used, kept in memory, never on disk."""

import ssl
from functools import cache

import trustme

from smtplesson.loopback import LOOPBACK


@cache
def server_context() -> ssl.SSLContext:
    """The server's side: a fresh certificate for 127.0.0.1 and localhost."""
    authority = trustme.CA(organization_name="smtplesson", key_type=trustme.KeyType.ECDSA)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(LOOPBACK, "localhost").configure_cert(context)
    return context


@cache
def client_context() -> ssl.SSLContext:
    """The client's side. It verifies nothing: a carrier reaches this very machine only, and
    the server of another process has an authority of its own that nobody can know."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
