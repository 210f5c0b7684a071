"""Carry the octets and keep the record: client, transcript, server on 127.0.0.1, TLS."""

LOOPBACK = "127.0.0.1"  # the only address that the package ever uses
