"""Give marks and feedback back to a learning platform, in the files that it takes."""
