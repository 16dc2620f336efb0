"""Take in what students handed in on a learning platform, and name them as the course does."""
