"""What an instructor runs: build, release, grade, report; one command line, `course`."""
