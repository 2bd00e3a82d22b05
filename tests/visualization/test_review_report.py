"""The report, as a person uses it in a browser, from file://."""

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest

from rtfm_mmaction.apis.result import AnomalyResult
from rtfm_mmaction.evaluation.functional.events import EventRule
from rtfm_mmaction.io.encoding import encode_video
from rtfm_mmaction.visualization.review_report import (
    ReportWriter,
    report_writer,
)
from rtfm_mmaction.visualization.review_report.playable import is_playable
from tests.support.browser import browser, needs_chromium, wait_for

LENGTH = 200  # frames, 8 s


def frames(length=LENGTH):
    """Each in a brightness of its own."""
    for index in range(length):
        yield np.full((48, 64, 3), index, np.uint8)


def result(name, source, peaks, **more):
    """Snippets of 16 frames at 25 frames/s; events where the score is 0.9."""
    scores = np.full(LENGTH // 16, 0.1)
    events = []
    for first, last in peaks:
        scores[first:last] = 0.9
        events.append(
            dict(
                start=first * 0.64,
                end=last * 0.64,
                peak=0.9,
                peak_time=first * 0.64 + 0.32,
            )
        )
    return dict(
        dict(
            video=name,
            source=source,
            fps=25.0,
            frames=LENGTH,
            snippet_len=16,
            seconds_per_snippet=0.64,
            scores=scores.tolist(),
            threshold=0.5,
            events=events,
            abnormal_intervals=None,
            note='',
        ),
        **more,
    )


def write(path, *results, failed=(), **options):
    report = ReportWriter(path, **options)
    for number, entry in enumerate(results):
        report.add(entry, f'v{number}')
    for name, reason in failed:
        report.add_failed(name, reason)
    report.write()
    return path


def entries(path):
    """What the page is told."""
    text = path.read_text().split('id="data">')[1].split('</script>')[0]
    return json.loads(text)


@pytest.fixture(scope='module')
def videos(module_path):
    """One that browsers play, one that they do not; names with marks."""
    found = {}
    for suffix in ('.webm', '.mp4'):
        found[suffix] = module_path / f'cam #1 & "a" 50%{suffix}'
        encode_video(found[suffix], frames(), 25, (64, 48))
    return found


def test_which_videos_play(videos):
    """Oracle: by codec; MPEG-4 part 2 is played by no browser."""
    assert is_playable(videos['.webm']) and not is_playable(videos['.mp4'])


def test_thumbnails_are_the_frames_of_the_peaks(videos, tmp_path):
    """Oracle: each frame's brightness is its number; the middle of snippet 3
    is frame 56, that of snippet 9 frame 152."""
    import base64

    page = write(
        tmp_path / 'r.html',
        result('a', str(videos['.webm']), [(3, 5), (9, 10)]),
    )
    pictures = [
        cv2.imdecode(
            np.frombuffer(
                base64.b64decode(event['picture'].split(',')[1]), np.uint8
            ),
            cv2.IMREAD_COLOR,
        )
        for event in entries(page)[0]['events']
    ]
    assert [picture.shape for picture in pictures] == [(120, 160, 3)] * 2
    np.testing.assert_allclose(
        [picture.mean() for picture in pictures], [56, 152], atol=6
    )


def test_long_curves_keep_their_peaks(tmp_path):
    """Oracle: 135 000 snippets, three of them high; the page has at most 2000
    points, three of them high, each where its snippet is."""
    scores = np.zeros(135_000)
    scores[[0, 70_001, 134_999]] = 0.8
    page = write(
        tmp_path / 'r.html',
        result('day', None, [], scores=scores, frames=16 * len(scores)),
    )
    (entry,) = entries(page)
    assert len(entry['curve']) <= 2000 and entry['peak'] == 0.8
    high = np.flatnonzero(np.array(entry['curve']) == 0.8)
    snippets = (high * entry['step'] / 0.64).round().astype(int)
    step = round(entry['step'] / 0.64)
    assert all(
        first <= place < first + step
        for first, place in zip(snippets, (0, 70_001, 134_999))
    )
    assert len(high) == 3
    assert page.stat().st_size < 100_000


def test_nothing_ends_the_data_or_asks_the_network(tmp_path):
    """Property: what a name says is text; no address is in the page."""
    name = '</script><script>alert(1)</script>'
    page = write(tmp_path / 'r.html', result(name, None, []))
    assert entries(page)[0]['name'] == name
    text = page.read_text()
    assert name not in text
    assert text.count('http') == text.count('http-equiv') + text.count(
        'http://www.w3.org/2000/svg'
    )


def test_ways_to_come_by_videos(videos, tmp_path):
    """Property: link writes the page alone; copy adds a playable copy of the
    same length where none was; embed leaves one file that holds it."""
    source = str(videos['.mp4'])
    for way, names in (
        ('link', ['r.html']),
        ('copy', ['r.html', 'v0_copy.webm']),
        ('embed', ['r.html']),
    ):
        folder = tmp_path / way
        page = write(
            folder / 'r.html', result('a', source, [(3, 5)]), videos=way
        )
        assert sorted(path.name for path in folder.iterdir()) == names
        address = entries(page)[0]['src']
        if way == 'embed':
            assert address.startswith('data:video/webm;base64,')
    copy = cv2.VideoCapture(str(tmp_path / 'copy/v0_copy.webm'))
    assert is_playable(tmp_path / 'copy/v0_copy.webm')
    assert copy.get(cv2.CAP_PROP_FPS) == 25
    count = sum(1 for _ in iter(lambda: copy.read()[0], False))
    assert count == LENGTH
    with pytest.raises(ValueError, match="videos to be one of .*found 'both'"):
        ReportWriter(tmp_path / 'r.html', videos='both')


def test_a_page_holds_no_more_than_browsers_bear(
    videos, tmp_path, monkeypatch
):
    """Property: what does not fit is linked, and the page says so."""
    size = videos['.webm'].stat().st_size
    monkeypatch.setattr(report_writer, 'MOST_EMBEDDED', int(1.5 * size))
    page = write(
        tmp_path / 'r.html',
        *(result(name, str(videos['.webm']), []) for name in 'ab'),
        videos='embed',
    )
    first, second = entries(page)
    assert first['src'].startswith('data:') and first['note'] == ''
    assert second['src'].endswith('.webm') and 'linked' in second['note']


@needs_chromium
@pytest.mark.parametrize('way', ['link', 'copy', 'embed'])
def test_a_person_finds_the_moment(videos, tmp_path, way):
    """Oracle: the player's time, in seconds, after clicks and keys."""
    from selenium.webdriver import ActionChains, Keys
    from selenium.webdriver.common.by import By

    suffix = '.webm' if way == 'link' else '.mp4'
    page = write(
        tmp_path / 'sub/r.html',
        result('calm', None, [], label=1),
        result(
            'cam',
            str(videos[suffix]),
            [(3, 5), (9, 10)],
            abnormal_intervals=[[48, 80]],
        ),
        failed=[('torn', 'torn.mp4: expected a video')],
        videos=way,
    )
    with browser(tmp_path) as driver:
        driver.get(page.as_uri())
        rows = [
            row.text.split()
            for row in driver.find_elements(By.CSS_SELECTOR, '#videos tr')
        ]
        assert rows == [
            ['cam', '0.900', '2', '0:08'],
            ['calm', '0.100', '0', '0:08'],
            ['torn', '⚠', '–', '–', '–'],
        ]
        assert driver.find_element(By.ID, 'name').text == 'cam'
        wait_for(driver, 'player.readyState > 0')

        def at(seconds):
            wait_for(driver, '!player.seeking')
            wait_for(driver, f'Math.abs(player.currentTime - {seconds}) < .02')

        events = driver.find_elements(By.CSS_SELECTOR, '#events .jump')
        assert [event.text.split('\n')[0] for event in events] == [
            '1.9 s – 3.2 s',
            '5.8 s – 6.4 s',
        ]
        events[1].click()
        at(5.76)
        # The mouse leaves the keys to the player.
        ActionChains(driver).send_keys(Keys.ARROW_RIGHT).perform()
        at(6.76)
        ActionChains(driver).send_keys(' ').perform()
        wait_for(driver, '!player.paused')
        ActionChains(driver).send_keys(' ').perform()
        wait_for(driver, 'player.paused')
        body = driver.find_element(By.TAG_NAME, 'body')
        body.send_keys('k')
        at(1.92)
        body.send_keys('j')
        at(5.76)
        # The curve: a click a quarter of the way.
        driver.execute_script(
            'const b = curve.getBoundingClientRect();'
            "curve.dispatchEvent(new MouseEvent('click', {clientX:"
            ' b.left + b.width / 4}))'
        )
        at(2)
        driver.execute_script('player.play()')
        wait_for(driver, '!player.paused')
        # A label without times is said where there are none.
        assert not driver.find_element(By.ID, 'label').is_displayed()
        body.send_keys('n')
        label = driver.find_element(By.ID, 'label').text
        assert label == 'annotated as abnormal as a whole, without times'
        # The failed one says why and has neither curve nor player; nothing
        # plays on.
        body.send_keys('n')
        assert driver.find_element(By.ID, 'name').text == 'torn'
        wait_for(driver, 'player.paused && player.currentTime === 0')
        assert 'expected a video' in driver.find_element(By.ID, 'note').text
        for name in ('player', 'chart', 'legend', 'label'):
            assert not driver.find_element(By.ID, name).is_displayed()
        # Filters.
        driver.find_element(By.ID, 'with-events').click()
        assert driver.find_element(By.ID, 'count').text == '1 of 3 videos'
        driver.find_element(By.ID, 'search').send_keys('zzz')
        assert driver.find_element(By.ID, 'count').text == '0 of 3 videos'
        before = driver.execute_script(
            'return getComputedStyle(document.body).backgroundColor'
        )
        driver.find_element(By.ID, 'theme').click()
        assert before != driver.execute_script(
            'return getComputedStyle(document.body).backgroundColor'
        )
        assert driver.get_log('browser') == []


@needs_chromium
def test_another_threshold_on_the_page(tmp_path):
    """Oracle: ``EventRule``; ticks are round; keys move without a player."""
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    rule = EventRule(0.5, max_gap=1.5, min_length=1.0)
    scores = np.random.default_rng(0).random(60).round(4).astype(np.float32)
    content = AnomalyResult(
        'cam', None, False, 25.0, 960, 16, scores, threshold=0.5, rule=rule
    ).to_dict()
    writer = ReportWriter(tmp_path / 'r.html')
    writer.add(content, 'cam')
    writer.write(dict(detector='a<b>.pth'))
    with browser(tmp_path) as driver:
        driver.get((tmp_path / 'r.html').as_uri())
        facts = driver.find_element(By.ID, 'facts').text
        assert facts == 'detector: a<b>.pth'
        ticks = driver.find_elements(By.CSS_SELECTOR, '#ticks span')
        assert [tick.text for tick in ticks] == [
            f'0:{second:02d}' for second in range(0, 38, 5)
        ]
        body = driver.find_element(By.TAG_NAME, 'body')
        for _ in range(3):
            body.send_keys(Keys.ARROW_RIGHT)
        head = driver.find_element(By.ID, 'head').get_attribute('x1')
        assert float(head) == pytest.approx(1000 * 3 / 38.4)
        for high in (0.3, 0.55, 0.7, 0.95):
            expected = replace(rule, high=high).find(scores, 0.64, 38.4)
            driver.execute_script(
                f'threshold.value = {high};'
                "threshold.dispatchEvent(new Event('input'))"
            )
            found = driver.execute_script(
                'return [...curve.querySelectorAll(".event")].map((e) =>'
                ' [Number(e.getAttribute("x")), Number(e.getAttribute("width"))])'
            )
            assert np.allclose(
                np.reshape(found, (-1, 2)),
                np.reshape(
                    [
                        [e.start / 0.0384, (e.end - e.start) / 0.0384]
                        for e in expected
                    ],
                    (-1, 2),
                ),
            )
            row = driver.find_element(
                By.CSS_SELECTOR, '#videos td:nth-child(3)'
            )
            assert row.text == str(len(expected))
        driver.find_element(By.ID, 'as-scored').click()
        row = driver.find_element(By.CSS_SELECTOR, '#videos td:nth-child(3)')
        assert row.text == '0'  # none was given
        assert driver.get_log('browser') == []


@needs_chromium
@pytest.mark.parametrize('way', ['link', 'copy'])
def test_the_player_shows_the_frame_of_the_moment(videos, tmp_path, way):
    """Oracle: the pixels of the player. Events begin at frames 48 and 144,
    each in a brightness of its number, which codecs move a little."""
    from selenium.webdriver.common.by import By

    suffix = '.webm' if way == 'link' else '.mp4'
    page = write(
        tmp_path / 'r.html',
        result('cam', str(videos[suffix]), [(3, 5), (9, 10)]),
        videos=way,
    )
    # A page may not look at pixels of other files without it.
    with browser(tmp_path, flags=['allow-file-access-from-files']) as driver:
        driver.get(page.as_uri())
        wait_for(driver, 'player.readyState > 0')
        events = driver.find_elements(By.CSS_SELECTOR, '#events .jump')
        for event, frame in zip(events[::-1], (144, 48)):
            event.click()
            wait_for(
                driver,
                '!player.seeking && player.readyState > 1 && (() => {'
                "const canvas = document.createElement('canvas');"
                "const drawing = canvas.getContext('2d');"
                'drawing.drawImage(player, 0, 0);'
                'const value = drawing.getImageData(32, 24, 1, 1).data[0];'
                f'return Math.abs(value - {frame}) <= 10; }})()',
            )


@needs_chromium
def test_what_does_not_play_is_said(videos, tmp_path):
    """Property: a sentence in place of the player; the pictures stay, and
    keys do no harm. A missing file is no other case for a browser."""
    from selenium.webdriver.common.by import By

    page = write(
        tmp_path / 'r.html', result('cam', str(videos['.mp4']), [(3, 5)])
    )
    with browser(tmp_path) as driver:
        driver.get(page.as_uri())
        wait_for(driver, '!unplayable.hidden')
        assert 'cannot play' in driver.find_element(By.ID, 'unplayable').text
        (picture,) = driver.find_elements(By.CSS_SELECTOR, '#events img')
        assert picture.is_displayed()
        driver.find_element(By.TAG_NAME, 'body').send_keys('j ')
        (chosen,) = driver.find_elements(By.CSS_SELECTOR, '#events .jump')
        assert chosen.get_attribute('aria-current') == 'true'
        assert driver.get_log('browser') == []


@needs_chromium
@pytest.mark.parametrize('width', [1280, 400])
def test_nothing_is_cut_off(videos, tmp_path, width):
    """Property: the page is no wider than the window, with long names too; a
    video that is chosen comes into sight."""
    from selenium.webdriver.common.by import By

    page = write(
        tmp_path / 'r.html',
        result(
            'a_very_long_name_of_a_camera_' * 4,
            str(videos['.webm']),
            [(0, 2), (4, 6), (8, 9)],
        ),
    )
    with browser(tmp_path, width) as driver:
        driver.get(page.as_uri())
        wait_for(driver, 'player.readyState > 0')
        assert (
            driver.execute_script(
                'return document.documentElement.scrollWidth'
            )
            <= width
        )
        assert driver.execute_script('return innerWidth') == width
        driver.find_element(By.CSS_SELECTOR, '#videos tr').click()
        wait_for(
            driver,
            'one.getBoundingClientRect().top >= 0 && '
            'player.getBoundingClientRect().top < innerHeight',
        )


def test_writing_a_copy_is_silent(tmp_path, capfd):
    """Oracle: what the process prints, C++ included; and the frames."""
    encode_video(tmp_path / 'v.webm', frames(20), 25, (64, 48))
    captured = capfd.readouterr()
    assert captured.out == captured.err == ''
    reader = cv2.VideoCapture(str(tmp_path / 'v.webm'))
    assert sum(1 for _ in iter(lambda: reader.read()[0], False)) == 20
