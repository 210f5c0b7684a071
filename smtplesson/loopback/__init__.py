"""Carry the octets and keep the record: client, transcript, server on 127.0.0.1, TLS."""
