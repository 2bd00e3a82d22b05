"""Chapters of a video as WebVTT, https://www.w3.org/TR/webvtt1/."""

from html import escape

from .marks import Mark, MarkedVideo


def webvtt_chapters(video: MarkedVideo) -> str:
    """Write a chapter for each stretch.

    Args:
        video (MarkedVideo): With stretches that do not overlap.

    Returns:
        str: The file's text; without stretches its first line alone.

    Examples:
        >>> marked = MarkedVideo('a', None, 25, 9, [Mark(1.5, 2, score=0.75)])
        >>> print(webvtt_chapters(marked), end='')
        WEBVTT
        <BLANKLINE>
        1
        00:00:01.500 --> 00:00:02.000
        Abnormal, peak 0.750
    """
    cues = [
        f'{number}\n{_span(mark)}\n{_words(mark)}\n'
        for number, mark in enumerate(video.marks, 1)
    ]
    return '\n'.join(['WEBVTT\n', *cues])


def _span(mark: Mark) -> str:
    first = round(mark.start * 1000)
    # A cue ends behind its begin.
    last = max(round(mark.end * 1000), first + 1)
    return f'{_clock(first)} --> {_clock(last)}'


def _clock(milliseconds: int) -> str:
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f'{hours:02d}:{minutes:02d}:{seconds:02d}.{milliseconds:03d}'


def _words(mark: Mark) -> str:
    words = mark.label
    if mark.score is not None:
        words += f', peak {mark.score:.3f}'
    if mark.note:
        # A line end would end the title, a blank one the cue.
        words += f': {" ".join(mark.note.split())}'
    return escape(words, quote=False)
