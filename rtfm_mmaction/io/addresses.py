"""Addresses as they may be shown and written to files: without passwords.

Cameras carry them in places that no standard knows, and people type them as
they are, with characters that cut an address in two. So what might be part of
a password is hidden, too.
"""

import re
from typing import Tuple

HIDDEN = '***'
# Names of values that let somebody in, as cameras have them in the path or
# behind the question mark: 'user=admin&password=…', '?usr=…&pwd=…',
# 'user=admin_password=…_channel=1', '?loginuse=…&loginpas=…', '?auth=…'.
_KEYS = (
    r'(?:[a-z0-9]+[_-])*(?:user|usr|username|userid|login|loginuser?|account|'
    'pass|password|passwd|passphrase|pwd|psw|psd|loginpass?|loginpassword|'
    'userpass|userpwd|auth|authorization|credentials?|token|accesstoken|'
    'secret|key|apikey|streamkey|sig|signature|session|sessionid|sid)'
)
# A value ends where another name begins, since it may hold '/', '#' and '&'.
_VALUES = re.compile(
    rf'(?P<name>(?<=[/?&;_,#:]){_KEYS}=).*?(?=[&;,][a-z0-9.%-]+=|_[a-z]+=|$)',
    re.IGNORECASE | re.DOTALL,
)
_HOST = re.compile(r'(?:[\w.~%-]+|\[[0-9a-f:.%]+\])(?::\d*)?', re.IGNORECASE)
# An address without its scheme, or else a path.
_CREDENTIALS = re.compile(r'[\w.%+-]{2,}:(?!\\).*@[\w\[]', re.DOTALL)
_SCHEME = re.compile(r'[a-z][a-z0-9+.-]*:/{2,}', re.IGNORECASE)
# What has to be written otherwise in a user's name or a password.
_RESERVED = set('/?#[]@ "<>\\^`{|}')
HINT = (
    'in a user or a password / ? # [ ] @ % and spaces have to be '
    'percent-encoded (# is %23, @ is %40)'
)


def without_password(source: str) -> str:
    """Give an address, or a path, without user and password.

    Args:
        source (str): Address such as ``rtsp://``, or a path, which stays as
            it is, but where somebody has left out ``rtsp://``.

    Returns:
        str: The address from the host on; values that are credentials are
        three stars.

    Examples:
        >>> without_password('rtsp://me:S3/c#1@camera:554/live?channel=1')
        'rtsp://camera:554/live?channel=1'
        >>> without_password('rtsp://camera/user=me&password=S3c&channel=1')
        'rtsp://camera/user=***&password=***&channel=1'
        >>> without_password('my@video.mp4')
        'my@video.mp4'
    """
    start, userinfo, rest = _split(source)
    if not start and not userinfo:
        return source
    return start + _VALUES.sub(rf'\g<name>{HIDDEN}', rest)


def hint_of(source: str) -> str:
    """Tell what may be wrong with an address that cannot be opened.

    Args:
        source (str): Address, path, or number of a camera.

    Returns:
        str: What to put behind the sentence; empty where there is nothing to
        say.

    Examples:
        >>> hint_of('rtsp://me:S3c#1@camera/live')[:37]
        '; in a user or a password / ? # [ ] @'
        >>> hint_of('a.mp4')
        ''
    """
    start, userinfo, rest = _split(source)
    if not start:
        return '; an address begins with rtsp:// or http://' * bool(userinfo)
    if _RESERVED & set(userinfo) or not _is_encoded(userinfo):
        return f'; {HINT}'
    if '[' in rest.partition('/')[0] and ']' not in rest:
        return f'; {HINT}'
    if userinfo or _VALUES.search(rest):
        return '; are its user and password right, and can it be reached?'
    return '; can it be reached, and does it ask for a user and a password?'


def _is_encoded(text: str) -> bool:
    """Whether each percent sign stands before two hexadecimal digits."""
    return re.search('%(?![0-9a-fA-F]{2})', text) is None


def _split(source: str) -> Tuple[str, str, str]:
    """Scheme with its slashes, user and password, and the rest.

    What stands before an ``@`` is part of the password, since one that is not
    percent-encoded may hold any character; but for an ``@`` in a value behind
    a host and its path.
    """
    scheme = _SCHEME.match(source)
    start = scheme[0] if scheme else ''
    text = source[len(start) :]
    if not start and not _CREDENTIALS.match(text):
        return '', '', source
    behind = 0
    while (at := text.find('@', behind)) >= 0 and not _is_host(text[behind:]):
        behind = at + 1
    return start, text[: max(0, behind - 1)], text[behind:]


def _is_host(text: str) -> bool:
    """Whether this begins with a host and not with a part of a password,
    though an ``@`` follows.
    """
    host = _HOST.match(text)
    if host is None or text[host.end() : host.end() + 1] not in ('/', '?'):
        return False
    rest = text[host.end() :]
    path, _, query = rest.partition('?')
    return '@' not in _VALUES.sub('', rest) or (
        '@' not in path and re.match(r'[\w.-]+=', query) is not None
    )
