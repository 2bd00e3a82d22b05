"""How released programs name the parameters of our detectors.

A module a method, with ``released_name`` (our name -> theirs, or None for what
they do not have); :mod:`.methods` is the table of them.
"""
