"""Tests of the student's desk."""
