"""What an instructor runs: build, release, grade, report; one command line, `course`."""

import sys

# nbformat imports jsonschema, and that this grammar of internet addresses, which takes 1 to 3 s to build at
# each start. jsonschema does without it where it is missing, and notebooks have no address to check.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
