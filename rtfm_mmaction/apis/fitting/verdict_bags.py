"""What a person said of events becomes bags to learn from.

A confirmed event is an abnormal bag, a refused one a normal bag, of the
snippets of its stretch. Both are of the group of their video, so that what was
judged never stands on both sides.
"""
