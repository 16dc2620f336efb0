"""The lessons as a site that works offline: released notebooks, with the pictures of the instructor's."""
