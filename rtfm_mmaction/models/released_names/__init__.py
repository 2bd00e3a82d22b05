"""How released programs name the parameters of our detectors.

A module a method, with ``RULES`` from our modules to theirs; :mod:`.methods`
is the table of them.
"""
