"""What names say of labels."""

import pytest

from rtfm_mmaction.datasets.checking.video_names import (
    check_class_names,
    check_names,
    told_by_name,
)
from tests.support.helpers import SHARED, needs_shared
from tests.support.small_data import annotation


@pytest.mark.parametrize(
    'video, dataset, told',
    [
        ('Abuse028_x264', '', (1, 'Abuse')),
        ('RoadAccidents001_x264', '', (1, 'RoadAccidents')),
        ('Normal_Videos_003_x264', '', (0, 'Normal')),
        ('Normal_Videos001_x264', '', (0, 'Normal')),
        ('A.Film.2004__#00-01-02_00-01-30_label_A', '', (0, 'Normal')),
        ('v=x__#1_label_B2-G-0', '', (1, 'Shooting')),
        ('v=x__#1_label_G-0-0', '', (1, 'Explosion')),
        ('01_001', 'shanghaitech', (0, 'Normal')),
        ('01_0014', 'shanghaitech', (1, '')),
        ('01_001', '', None),
        ('v_label_C', '', None),
        ('Explosion_drill', '', None),
        ('Normal_then_panic', '', None),
        ('Abuses001', '', None),
        ('garage 12', '', None),
        ('', '', None),
    ],
)
def test_told_by_name(video, dataset, told):
    """Oracle: the data sets' own rules, by hand."""
    assert told_by_name(video, dataset) == told


def test_contradictions():
    """A wrong label is an error, a wrong class a warning; a class that says
    less than the name is none."""
    videos = [
        annotation('Normal_Videos001', 1, kind='Abuse'),
        annotation('Arson001', 0),
        annotation('Arson002', 1, kind='Abuse'),
        annotation('Arson003', 1, kind='Abnormal'),
        annotation('Arson004', 1, kind='Arson'),
        annotation('yard', 0),
    ]
    findings = check_names(videos, '', 'a.json', 'train')
    assert [finding[:4] for finding in findings] == [
        ('error', 'label against name', 'train', 'Normal_Videos001'),
        ('error', 'label against name', 'train', 'Arson001'),
        ('warning', 'class against name', 'train', 'Arson002'),
    ]
    assert findings[0].message == (
        "a.json, video 'Normal_Videos001': found label 1, expected 0 as its "
        'name says'
    )
    assert findings[2].message.endswith(
        "found class 'Abuse', expected 'Arson' as its name says"
    )


@needs_shared('annotations/ucf_crime')
def test_all_names_of_ucf_crime_tell():
    """Oracle: 810 abnormal and 800 normal ones in the published list, whose
    folders name the classes."""
    text = (SHARED / 'annotations/ucf_crime/Anomaly_Train.txt').read_text()
    told = []
    for line in text.split():
        folder, name = line.split('/')
        told.append(told_by_name(name[: -len('.mp4')]))
        assert folder.startswith(told[-1][1]) or 'Normal' in folder
    assert [sum(label == y for label, _ in told) for y in (1, 0)] == [810, 800]


def test_abnormal_classes_that_read_as_normal():
    """Oracle: by hand (faults.md, C6). An error a class, with how many; a
    class that somebody has decided on, and normal videos, are none."""
    videos = [
        annotation('a', 1, kind='noFight'),
        annotation('b', 1, kind='noFight'),
        annotation('c', 1, kind='NoHelmet'),
        annotation('d', 1, kind='Fight'),
        annotation('e', 0, kind='NonViolence'),
    ]
    (finding,) = check_class_names(videos, ['NoHelmet'], 'x.json', 'train')
    assert finding[:4] == ('error', 'normal by name', 'train', '')
    assert "x.json: found 2 videos of class 'noFight' with" in finding.message
    assert 'metainfo.abnormal_classes' in finding.message
