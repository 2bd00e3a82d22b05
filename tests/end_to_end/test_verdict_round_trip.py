"""Verdicts go from a fit's page to the next fit, by a browser and files.

Abnormal videos have a flash; in three of them a lamp goes on as well, which
no normal video has. The backbone gives the brightness. Oracle: what was drawn.
"""

import json
import re

import numpy as np
import pytest

from rtfm_mmaction.apis.detector_folder import read_detector_folder
from rtfm_mmaction.apis.verdicts import read_verdicts
from rtfm_mmaction.cli import fit, infer
from tests.support.brightness import make_place, write_video
from tests.support.browser import browser, needs_chromium
from tests.support.fitting import take_few_steps
from tests.support.forked_grid import forked_grid

# Snippets of a video, and those in which something is; seconds of one.
LENGTH, FLASH, LAMP, SNIPPET = 20, 4, 15, 16 / 25
FLASHES, LAMPS = 250, 200
VIDEOS = ['abnormal/v0', 'abnormal/v1', 'abnormal/v2', 'abnormal/v3']


def write_side(folder, abnormal):
    """Four videos of a grey that changes each snippet."""
    rng = np.random.default_rng(abnormal)
    folder.mkdir()
    for index in range(4):
        runs = [(16, int(value)) for value in rng.integers(0, 60, LENGTH)]
        if abnormal:
            runs[FLASH] = (16, FLASHES)
            if index < 3:
                runs[LAMP] = (16, LAMPS)
        write_video(folder / f'v{index}.mp4', *runs)


def run_fit(place, out, *more):
    with forked_grid() as patch:
        take_few_steps(patch, steps=12)
        fit.main(
            [
                *('--abnormal', str(place / 'with')),
                *('--normal', str(place / 'without')),
                *('--extractor', str(place / 'extractor.py')),
                *('--out', str(place / out), '--work', str(place / 'work')),
                *('--folds', '2', '--device', 'cpu', '--dtype', 'fp32'),
                *more,
            ]
        )
    return read_detector_folder(place / out).facts


def at(events, snippet):
    """Numbers of the events in which a snippet is."""
    middle = (snippet + 0.5) * SNIPPET
    return [
        number
        for number, (start, end) in enumerate(events)
        if start <= middle <= end
    ]


def show(driver, video):
    """Open a video on the page; spans of its events, in seconds."""
    rows = driver.find_elements('css selector', '#videos td:first-child')
    next(row for row in rows if row.text == video).click()
    return [
        tuple(map(float, re.findall(r'([\d.]+) s', text)[:2]))
        for text in driver.execute_script(
            "return [...document.querySelectorAll('.jump')].map("
            '(event) => event.textContent)'
        )
    ]


def judge(driver, number, verdict, note=''):
    item = f'#events li:nth-child({number + 1})'
    driver.find_element(
        'css selector', f'{item} [data-verdict={verdict}]'
    ).click()
    driver.find_element('css selector', f'{item} .verdict input').send_keys(
        note
    )


@needs_chromium
def test_refused_events_alarm_no_more(module_path):
    place = make_place(module_path)
    write_side(place / 'with', abnormal=True)
    write_side(place / 'without', abnormal=False)
    first = run_fit(place, 'first')
    made = {
        path: (path.stat().st_mtime_ns, path.read_bytes())
        for path in (place / 'work/features').rglob('*.npy')
    }
    assert len(made) == 8

    from selenium.webdriver.support.ui import WebDriverWait

    with browser(place) as driver:
        driver.execute_cdp_cmd(
            'Browser.setDownloadBehavior',
            dict(behavior='allow', downloadPath=str(place)),
        )
        driver.get((place / 'first/report.html').as_uri())
        spans = {}
        for video in VIDEOS[:3]:
            (number,) = at(show(driver, video), LAMP)
            spans[video] = show(driver, video)[number]
            judge(driver, number, 'wrong', 'a lamp')
        (number,) = at(show(driver, VIDEOS[3]), FLASH)
        judge(driver, number, 'right', 'lightning')
        driver.find_element('id', 'save').click()
        file = place / 'verdicts.json'
        WebDriverWait(None, 30, 0.05).until(lambda _: file.is_file())
        verdicts = read_verdicts(file)
        assert [verdict[:2] + verdict[4:] for verdict in verdicts] == [
            (video, str(place / f'with/{video[-2:]}.mp4'), right, note)
            for video, right, note in [
                *((video, False, 'a lamp') for video in VIDEOS[:3]),
                (VIDEOS[3], True, 'lightning'),
            ]
        ]
        for verdict in verdicts[:3]:
            assert spans[verdict.video] == pytest.approx(
                (verdict.start, verdict.end), abs=0.05
            )

        second = run_fit(
            place,
            'second',
            *('--verdicts', str(file), '--from', str(place / 'first')),
        )
        driver.get((place / 'second/report.html').as_uri())
        for video in VIDEOS[:3]:
            assert not at(show(driver, video), LAMP)
        assert driver.get_log('browser') == []

    for path, (stamp, content) in made.items():
        assert path.stat().st_mtime_ns == stamp
        assert path.read_bytes() == content
    for key in ('video_AUC', 'video_AP'):
        assert second['judgement'][key] >= first['judgement'][key]
    assert second['verdicts']['refused'] == dict(events=3, above_threshold=0)
    assert second['threshold']['abnormal_videos'] == 4
    card = (place / 'second/README.md').read_text()
    assert '1 events confirmed and 3 refused' in card
    assert 'Of 3 refused events 0 would still alarm, of 1 confirmed' in card
    assert '| abnormal videos found | 4 |' in card
    infer.main(
        [
            *(str(place / 'with'), '--detector', str(place / 'second')),
            *('--extractor', str(place / 'extractor.py')),
            *('--out', str(place / 'out'), '--formats', 'json'),
        ]
    )
    for index in range(4):
        result = json.loads((place / f'out/v{index}.json').read_text())
        found = [(event['start'], event['end']) for event in result['events']]
        assert at(found, FLASH) and not at(found, LAMP)
