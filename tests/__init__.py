"""Proof: tests of behaviour through public doors. The folders mirror the packages."""
