"""Tests of the machine: octets in, octets out, no network."""
