"""Names of classes that read as if they meant normal (faults.md, C6)."""

import pytest

from rtfm_mmaction.datasets.normal_names import means_normal, words_of


@pytest.mark.parametrize(
    'name',
    'noFight NoFight nofight NOFIGHT no_fight no-fights NonViolence '
    'nonviolence non_violent Normal_Videos Testing_Normal_Videos_Anomaly '
    'NormalVideos normals Normal1 negative Neg background noAnomaly '
    'not_abnormal NonAccident violence_free safe NoHelmet'.split(),
)
def test_reads_as_normal(name):
    """Oracle: names of published data sets' normal classes, and a person's
    reading of others; NoHelmet is asked for as well, since only a person
    can tell it from NoFight."""
    assert means_normal(name)


@pytest.mark.parametrize(
    'name',
    'Abnormal not_normal nonNormal Fighting Violence Arson B1-B2 NoteTaking '
    'Nonlinear Northbound Noise unsafe not_safe Ab_normal Anomaly Nocturnal '
    'Freefall Smoke 盗難'.split(),
)
def test_does_not(name):
    """Oracle: a person's reading. Words that only begin like a negation, and
    negations of normal."""
    assert not means_normal(name)


def test_words():
    """Oracle: by hand."""
    assert words_of('Testing_NormalVideos2') == ['testing', 'normal', 'videos']
    assert words_of('UCFNormal-x') == ['ucf', 'normal', 'x']
