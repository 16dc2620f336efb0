"""`python -m helpers.desk check NOTEBOOK`: the command `course` of students, where it is not on the path."""

import sys

from helpers.desk.command import main

sys.exit(main())
