"""Tests of behaviour through the public interfaces. The folders mirror the packages."""
