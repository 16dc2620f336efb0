"""Say whether this machine can grade, what may go wrong here, and what to do about it."""
