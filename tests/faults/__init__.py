"""A hundred faults: each is made, and two promises are looked at.

What was finished is whole and what was not is told; the same command then goes
on to the bytes of a run that was never disturbed. ``python -m tests.faults
--table`` tries all of them.
"""
