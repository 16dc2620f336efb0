"""What benchmarks measured and wrote down, what they measure, and the pages that show it."""
