"""Threshold, figures, tiles and verdicts on the report's page, as a person
uses them in a browser, from file://."""

import json
from dataclasses import replace

import numpy as np
import pytest

from rtfm_mmaction.apis.made_with import MadeWith
from rtfm_mmaction.apis.result import AnomalyResult
from rtfm_mmaction.apis.verdicts import Verdict, read_verdicts
from rtfm_mmaction.evaluation.functional.alarm_rates import (
    AlarmRate,
    poisson_interval,
)
from rtfm_mmaction.evaluation.functional.events import EventRule
from rtfm_mmaction.io.encoding import encode_video
from rtfm_mmaction.visualization.review_report import ReportWriter
from tests.support.browser import browser, needs_chromium

RULE = EventRule(0.5)
TILES = np.array([[0, 0, 0.5, 1], [0.5, 0, 1, 1]])


def result(name, source, high, label):
    """Twelve snippets of 16 frames at 25 frames/s, 7.6 s, that score 0.1, or
    what ``high`` says, in the right one of two tiles."""
    crop_scores = np.full((12, 2), 0.1)
    for snippet, score in high.items():
        crop_scores[snippet, 1] = score
    scores = crop_scores.max(1)
    return AnomalyResult(
        name,
        source,
        source is not None,
        25.0,
        190,
        16,
        scores,
        crop_scores=crop_scores,
        events=RULE.find(scores, 0.64, 7.6),
        rule=RULE,
        label=label,
        made_with=MadeWith('ab12'),
        crop_boxes=TILES,
    )


def write(path, *results):
    report = ReportWriter(path)
    for found in results:
        report.add(found.to_dict(), found.video)
    report.write()
    return path.as_uri()


@pytest.fixture(scope='module')
def driver(module_path):
    """One browser; what it downloads goes to the module's folder."""
    with browser(module_path) as driver:
        driver.execute_cdp_cmd(
            'Browser.setDownloadBehavior',
            dict(behavior='allow', downloadPath=str(module_path)),
        )
        yield driver


@pytest.fixture(scope='module')
def page(module_path):
    """Two abnormal videos, of which one has events, and a normal one."""
    encode_video(
        module_path / 'cam.webm',
        (np.full((48, 96, 3), index, np.uint8) for index in range(190)),
        25,
        (96, 48),
    )
    return write(
        module_path / 'r.html',
        result(
            'cam',
            str(module_path / 'cam.webm'),
            {3: 0.9, 4: 0.8, 9: 0.7},
            1,
        ),
        result('door', None, {}, 1),
        result('calm', None, {5: 0.6}, 0),
    )


def texts(driver, selector):
    return [
        element.text
        for element in driver.find_elements('css selector', selector)
    ]


def slide(driver, threshold):
    driver.execute_script(
        f'threshold.value = {threshold};'
        "threshold.dispatchEvent(new Event('input'))"
    )


def shown_verdicts(driver):
    """Read the pressed button of each event, and the note where there is
    one."""
    return driver.execute_script("""
        return [...document.querySelectorAll('#events li')].map((item) => [
          ...[...item.querySelectorAll('[aria-pressed=true]')].map(
            (button) => button.textContent),
          ...[...item.querySelectorAll('input:not([hidden])')].map(
            (note) => note.value)])""")


def press(driver, event, verdict):
    driver.find_element(
        'css selector',
        f'#events li:nth-child({event + 1}) [data-verdict={verdict}]',
    ).click()


def save(driver, folder):
    path = folder / 'verdicts.json'
    path.unlink(missing_ok=True)
    driver.find_element('id', 'save').click()
    wait_until(path.is_file)
    return path


@needs_chromium
def test_a_threshold_gives_its_figures(driver, page):
    """Oracle: counts by hand; rates and intervals of ``AlarmRate``, in its
    words."""
    driver.get(page)
    for threshold, found, alarms in (
        (None, '1 of 2 abnormal videos have an event (50%)', 1),
        (0.61, '1 of 2 abnormal videos have an event (50%)', 0),
        (0.95, '0 of 2 abnormal videos have an event (0%)', 0),
        (0.05, '2 of 2 abnormal videos have an event (100%)', 1),
    ):
        if threshold is not None:
            slide(driver, threshold)
        rate = str(AlarmRate(alarms, 7.6 / 3600)).partition(': ')[2]
        assert texts(driver, '#figures li') == [
            found,
            f'{alarms} false alarm{"" if alarms == 1 else "s"} in 0.00211 '
            f'hours (8 s) of normal video: {rate}',
        ]
    counts = [0, 1, 2, 30, 37, 40, 400, 20_000]
    np.testing.assert_allclose(
        driver.execute_script(f'return {counts}.map(rates.interval)'),
        [poisson_interval(count) for count in counts],
        rtol=1e-6,
    )


@needs_chromium
def test_long_curves_are_counted_exactly(driver, tmp_path):
    """Oracle: by hand, 500 snippets of 5000 that each stand alone, of which
    300 are alone once a median of three has gone over pairs and single ones.

    A curve of three snippets a point would show fewer.
    """
    single, smooth = np.full((2, 5000), 0.1)
    single[::10] = 0.9
    smooth[::10] = 0.9
    smooth[1:3000:10] = 0.9
    length = 5000 * 0.64
    found = []
    for name, scores, rule in (
        ('single', single, RULE),
        ('smooth', smooth, replace(RULE, smoothing=1.92)),
    ):
        one = AnomalyResult(
            name, None, False, 25.0, 80_000, 16, scores, rule=rule, label=0
        )
        one.events = rule.find(scores, 0.64, length)
        found.append(one)
    driver.get(write(tmp_path / 'r.html', *found))
    for threshold in (None, 0.4, 0.9):
        if threshold is not None:
            slide(driver, threshold)
        counts = texts(driver, '#videos td:nth-child(3)')
        assert sorted(counts) == ['300', '500']
        (words,) = texts(driver, '#figures li')
        assert words.startswith('800 false alarms in 1.78 hours of normal')


@needs_chromium
def test_a_picture_shows_the_tile(driver, page):
    """Oracle: the right half of the picture, at another threshold too."""
    driver.get(page)
    for threshold in (None, 0.65):
        if threshold is not None:
            slide(driver, threshold)
        assert [text.split('\n')[1] for text in texts(driver, '.jump')] == [
            'peak 0.900 · tile 1',
            'peak 0.700 · tile 1',
        ]
        shares = driver.execute_script("""
            return [...document.querySelectorAll('.picture')].map((one) => {
              const [whole, box] = [one.querySelector('img'),
                one.querySelector('i')].map((e) => e.getBoundingClientRect());
              return [(box.left - whole.left) / whole.width,
                (box.top - whole.top) / whole.height,
                (box.right - whole.left) / whole.width,
                (box.bottom - whole.top) / whole.height];
            })""")
        np.testing.assert_allclose(shares, [TILES[1]] * 2, atol=0.01)


@needs_chromium
def test_verdicts_go_with_their_stretches(driver, page, module_path):
    """Oracle: by hand, through other thresholds, a reload, a file and back.

    Events of 'cam' are 1.92 to 3.2 s and 5.76 to 6.4 s, of 'calm' 3.2 to
    3.84 s.
    """
    from selenium.webdriver.common.keys import Keys

    driver.get(page)
    driver.execute_script('localStorage.clear(); location.reload()')
    body = driver.find_element('tag name', 'body')
    assert shown_verdicts(driver) == [[], []]
    assert not driver.find_element('id', 'save').is_enabled()
    # By keys: the first event is right, the second wrong, that of the next
    # video wrong.
    for key in ('j', 'r', 'j', 'w', 'j', 'w'):
        body.send_keys(key)
    assert driver.find_element('id', 'name').text == 'calm'
    body.send_keys('k')
    assert driver.find_element('id', 'name').text == 'cam'
    # What is written into a note is no key of the page.
    note = driver.find_element(
        'css selector', '#events li:nth-child(2) .verdict input'
    )
    assert note.get_attribute('aria-label') == 'Note on 5.8 s – 6.4 s'
    note.send_keys('a jar', Keys.ARROW_LEFT, 'd')
    assert shown_verdicts(driver) == [['right', ''], ['wrong', 'a jadr']]
    # All of the video is one event: it shares most with the first stretch.
    slide(driver, 0.1)
    assert shown_verdicts(driver) == [['right', '']]
    # A part of the first stretch.
    slide(driver, 0.85)
    assert texts(driver, '.jump')[0].startswith('1.9 s – 3.2 s')
    assert shown_verdicts(driver) == [['right', '']]
    driver.get(page)
    assert shown_verdicts(driver) == [['right', ''], ['wrong', 'a jadr']]
    assert driver.find_element('id', 'judged').text == '1 right, 2 wrong'

    path = save(driver, module_path)
    source = str(module_path / 'cam.webm')
    assert read_verdicts(path) == [
        Verdict('cam', source, 1.92, 3.2, True, ''),
        Verdict('cam', source, 5.76, 6.4, False, 'a jadr'),
        Verdict('calm', None, 3.2, 3.84, False, ''),
    ]
    assert json.loads(path.read_text())['detector'] == 'ab12'

    # A second time takes it back, with its note, which comes again; another
    # verdict on all of the video takes the place of both.
    press(driver, 1, 'wrong')
    assert shown_verdicts(driver) == [['right', ''], []]
    press(driver, 1, 'right')
    assert shown_verdicts(driver)[1] == ['right', 'a jadr']
    slide(driver, 0.1)
    press(driver, 0, 'wrong')
    driver.find_element('id', 'as-scored').click()
    assert shown_verdicts(driver) == [['wrong', '']] * 2
    driver.find_element('id', 'file').send_keys(str(path))
    wait_until(lambda: driver.find_element('id', 'loaded').text)
    assert driver.find_element('id', 'loaded').text == '3 verdicts loaded.'
    assert shown_verdicts(driver) == [['right', ''], ['wrong', 'a jadr']]
    assert driver.get_log('browser') == []


@needs_chromium
def test_a_browser_that_keeps_nothing(driver, page, module_path):
    """Property: it is said, verdicts are there until the page is left, and
    files go both ways; what is no file of verdicts is said in a sentence."""
    script = driver.execute_cdp_cmd(
        'Page.addScriptToEvaluateOnNewDocument',
        dict(
            source="Object.defineProperty(window, 'localStorage',"
            ' {get() { throw new DOMException() }})'
        ),
    )
    try:
        driver.get(page)
        assert driver.find_element('id', 'not-kept').is_displayed()
        press(driver, 0, 'right')
        assert shown_verdicts(driver) == [['right', ''], []]
        for content, words in (
            ('{', 'odd.json: expected verdicts.json, found no JSON.'),
            ('{"scores": []}', ', found another.'),
            (
                '{"format": "rtfm_mmaction.verdicts/1", "detector": null,'
                '"verdicts": [{"video": "cam"}]}',
                'found another in verdict 1.',
            ),
            (
                json.dumps(
                    dict(
                        format='rtfm_mmaction.verdicts/1',
                        detector='cd34',
                        verdicts=[
                            dict(
                                video='else',
                                source=None,
                                start=0,
                                end=1,
                                verdict='wrong',
                                note='',
                            )
                        ],
                    )
                ),
                '1 verdict loaded, 1 of videos that are not in this page; '
                'they were given to events of another detector.',
            ),
        ):
            odd = module_path / 'odd.json'
            odd.write_text(content)
            driver.find_element('id', 'file').send_keys(str(odd))
            wait_until(
                lambda: driver.find_element('id', 'loaded').text.endswith(
                    words
                )
            )
        assert shown_verdicts(driver) == [['right', ''], []]
        saved = read_verdicts(save(driver, module_path))
        assert [verdict.video for verdict in saved] == ['cam', 'else']
    finally:
        driver.execute_cdp_cmd(
            'Page.removeScriptToEvaluateOnNewDocument', script
        )


def test_reports_are_told_apart(tmp_path):
    """Property: the key of kept verdicts is the same of the same videos by the
    same detector, whatever the threshold, and another of others."""

    def key(*results):
        write(tmp_path / 'r.html', *results)
        text = (tmp_path / 'r.html').read_text()
        return json.loads(text.split('id="report">')[1].split('</script>')[0])[
            'key'
        ]

    one = result('cam', None, {3: 0.9}, 1)
    first = key(one)
    one.threshold = 0.7
    assert key(one) == first
    assert key(result('door', None, {3: 0.9}, 1)) != first
    one.made_with = MadeWith('cd34')
    assert key(one) != first


def wait_until(holds):
    """Until something holds; 30 s at most."""
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(None, 30, 0.05).until(lambda _: holds())
