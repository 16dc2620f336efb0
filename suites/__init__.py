"""What tests and benchmarks both need: submissions whose deserved marks are known, and what was measured of them.

answers, forgeries, hostile and odd hold the submissions as data; measured holds what was written down of them.
"""
