"""What is wrong with a data set, said in the same words everywhere."""

from typing import NamedTuple


class Problem(NamedTuple):
    """One fault of a data set.

    Attributes:
        kind (str): What sort of fault: 'annotations', 'layout', 'missing',
            'unreadable', 'shape', 'ground truth', 'store', ….
        video (str): Name of the video, empty where it is no single one.
        message (str): One sentence with file or key, what was found and what
            was expected.
    """

    kind: str
    video: str
    message: str
