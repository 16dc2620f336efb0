"""What benchmarks measured and wrote down, the ledgers of what to measure, and the pages that show it."""
