"""Tests of what carries the octets and keeps the record."""
