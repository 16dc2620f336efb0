"""What an instructor runs: build, release, grade, report; one command line, `course`."""

import sys

# nbformat imports jsonschema, and that checkers for kinds of text that no notebook has, such as internet
# addresses, whose grammar takes 1 to 3 s to build at each start. jsonschema does without what is missing.
for _checker in ("rfc3987_syntax", "rfc3986_validator", "isoduration"):
    sys.modules.setdefault(_checker, None)  # type: ignore[arg-type]
