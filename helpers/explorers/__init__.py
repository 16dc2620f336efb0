"""What students can play with: widgets, each over a plain function that does the same without them."""
