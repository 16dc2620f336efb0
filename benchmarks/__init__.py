"""Measured claims. Each module runs with python -m and exits with 1 when its claim does not hold."""
