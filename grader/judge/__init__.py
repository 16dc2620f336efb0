"""Check what a student's code gives, in a process that this code never touches.

The judge asks; the student's process can only give values, handles and descriptions. No message from there
means "passed".
"""
