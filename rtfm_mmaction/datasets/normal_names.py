"""Class names that read as if they meant normal, such as ``noFight``.

Lists of violence and accident data sets call their normal class by what it
lacks. Taken as it stands, such a name would be one more kind of anomaly, and
all of the normal videos abnormal. What a name means is for a person to say,
since ``NoHelmet`` is an anomaly: this only tells when to ask.
"""

import re
from typing import List

# The words of a name that say of a video that nothing is wrong in it.
CALM = frozenset(
    'benign background bg calm clean good harmless healthy innocent legal '
    'negative neg neutral nominal none nothing null ok ordinary peaceful '
    'quiet regular routine safe standard typical uneventful usual'.split()
)
NEGATIONS = frozenset('no non not without never free'.split())
# How words begin that name anomalies, for names in one word: nonviolence.
ALARMING = (
    'abnormal',
    'abus',
    'accident',
    'action',
    'activit',
    'alarm',
    'anomal',
    'arson',
    'assault',
    'attack',
    'burglar',
    'collision',
    'crash',
    'crime',
    'danger',
    'event',
    'explosion',
    'fall',
    'fight',
    'fire',
    'incident',
    'riot',
    'robber',
    'shoot',
    'shoplift',
    'smoke',
    'steal',
    'theft',
    'threat',
    'vandal',
    'violen',
    'weapon',
)
_IN_ONE_WORD = re.compile(rf'(?:no|non|not)(?:{"|".join(ALARMING)})')


def means_normal(name: str) -> bool:
    """Whether a class's name reads as if its videos were normal.

    Args:
        name (str): ``noFight``, ``non-violence``, ``Normal_Videos``,
            ``negative``; any case, words apart by a change of case, digits or
            anything that is no letter.

    Returns:
        bool: True also of a name that says what is missing and may well be an
        anomaly, such as ``NoHelmet``; False of ``Abnormal``, ``not normal``.
    """
    words = words_of(name)
    for index, word in enumerate(words):
        before = words[index - 1] if index else ''
        if word.startswith('normal') or word in CALM:
            if before not in NEGATIONS | {'ab'}:
                return True
        elif _IN_ONE_WORD.match(word):
            return True
        elif word in NEGATIONS:
            # 'free' stands behind what is missing, the others before it.
            other = words[index + 1 : index + 2]
            if word == 'free':
                other = words[:index][-1:]
            if other and not other[0].startswith('normal'):
                return other[0] not in CALM
    return False


def words_of(name: str) -> List[str]:
    """Split a name into words.

    Args:
        name (str): ``Testing_NormalVideos2``.

    Returns:
        list[str]: In small letters: ``['testing', 'normal', 'videos']``.
    """
    # Before a capital with a small letter behind it, and behind a small one.
    apart = re.sub(
        r'(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])', ' ', name
    )
    return [word.lower() for word in re.findall(r'[^\W\d_]+', apart)]
