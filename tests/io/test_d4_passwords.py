"""D4: passwords are never shown, wherever an address holds them."""

import cv2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtfm_mmaction.io.addresses import hint_of, without_password
from rtfm_mmaction.io.fetching import CheckpointError, as_file
from rtfm_mmaction.io.frame_source import FrameSource

# Dahua's and Hikvision's forms have user and password before the host.
DAHUA = 'rtsp://admin:{}@10.0.0.2:554/cam/realmonitor?channel=1&subtype=0'
HIKVISION = 'rtsp://admin:{}@[fe80::1]:554/Streaming/Channels/101'
FORMS = [
    DAHUA,
    HIKVISION,
    'rtsp://10.0.0.2:554/user=admin&password={}&channel=1&stream=0.sdp',
    'rtsp://10.0.0.2:554/user=admin_password={}_channel=1_stream=0.sdp',
    'rtsp://10.0.0.2/live?channel=1&user=admin&password={}',
    'http://10.0.0.2/videostream.cgi?usr=admin&pwd={}&resolution=32',
    'http://10.0.0.2/video.cgi?loginuse=admin&loginpas={}',
    'rtmp://10.0.0.2/bcs/main.bcs?stream=0&User=a&Password={}&channel=0',
    'https://host/a.m3u8?token={}',
    'https://host/a.m3u8?access_token={}&x=1',
    'https://host/a.m3u8?quality=1#token={}',
    'admin:{}@10.0.0.2:554/live',
]
PASSWORDS = [
    'S3cret',
    'S3cret#1',
    'S3/cret',
    'S3[cret',
    'S3]cret',
    'S3@cret',
    'S3:cret',
    'S3?cret',
    'S3&cret',
    'S3%cret',
    'S3 cret',
    '#S3/cret?@[',
]


@pytest.mark.parametrize('form', FORMS)
@pytest.mark.parametrize('password', PASSWORDS)
def test_no_part_of_it_is_shown(form, password):
    """Oracle: none of the password's words stand in what is shown, and the
    host, where the address begins as one, does."""
    shown = without_password(form.format(password))
    assert 'cret' not in shown and 'S3' not in shown
    assert '10.0.0.2' in shown or 'host' in shown or 'fe80::1' in shown


@given(
    st.sampled_from([DAHUA, HIKVISION, FORMS[2], FORMS[4]]),
    st.text('aZ9#/?[]@:%!$&\'()*+,;~^" \\', max_size=12),
)
def test_any_password(form, noise):
    """Property: a word within the password is not shown."""
    shown = without_password(form.format(f'{noise}XSECRETX{noise}'))
    assert 'SECRET' not in shown


def test_what_is_no_password_stays():
    """Oracle: by hand."""
    for name in (
        'http://host/a',
        'rtsp://c:1/d?e=f@g',
        'my@video.mp4',
        'a:b.mp4',
        '/videos/user=me/password=x.mp4',
        'C:\\videos\\me@home.mp4',
        '0',
        'http://host/monkey=1/keys=2',
    ):
        assert without_password(name) == name
    assert without_password('rtsp://a:b@c:1/d?e=f@g') == 'rtsp://c:1/d?e=f@g'


@pytest.mark.parametrize('form', FORMS)
def test_a_bad_address_is_a_sentence_with_a_hint(form, monkeypatch):
    """The error says what may be wrong, and not the password."""

    class Closed:
        isOpened = staticmethod(lambda: False)

    monkeypatch.setattr(cv2, 'VideoCapture', lambda *_: Closed())
    with pytest.raises(ValueError, match='found none .*; ') as failure:
        FrameSource(form.format('S3cret#1'))
    assert 'cret' not in str(failure.value)


def test_an_address_of_weights_that_cannot_be_fetched():
    """The error names the host alone; nobody listens at port 9."""
    address = 'http://me:S3cret@127.0.0.1:9/weights.pth?token=S3cret'
    with pytest.raises(CheckpointError, match='^http://127.0.0.1:9/') as error:
        with as_file(address):
            pass
    assert 'S3cret' not in str(error.value)


def test_hints():
    """Oracle: by hand."""
    for password in '#/?[]@% ':
        assert 'percent-encoded' in hint_of(f'rtsp://a:x{password}y@h/1')
    assert 'password right' in hint_of('rtsp://a:%23y@h/1')
    assert 'rtsp://' in hint_of('admin:x@10.0.0.2/live')
    assert hint_of('a.mp4') == hint_of('0') == ''
