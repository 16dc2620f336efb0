"""The student's desk: is this notebook ready to hand in, and how far has the course been done?"""
