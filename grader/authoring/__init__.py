"""What an author of lessons needs: build and release them, and try them on a class whose marks are known."""
