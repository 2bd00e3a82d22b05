"""Thresholds of held-out scores. Oracle: the events that EventRule finds."""

import numpy as np
import pytest

from rtfm_mmaction.apis.fitting.alarms import (
    RULE,
    alarm_curve,
    choose_threshold,
)
from rtfm_mmaction.evaluation.functional.events import (
    EventRule,
    even_edges,
)
from rtfm_mmaction.evaluation.functional.logits import to_scores


def videos(number=12, length=40, seed=0):
    rng = np.random.default_rng(seed)
    labels = np.arange(number) % 2
    logits = [rng.normal(size=length) * 2 + 2 * label for label in labels]
    return logits, labels, [even_edges(length, 0.64)] * number


def events(logits, labels, threshold):
    """Events in normal videos, at a threshold, as a detector with it has."""
    return sum(
        len(RULE.find(to_scores(video - threshold), 0.64))
        for video, label in zip(logits, labels)
        if label == 0
    )


def test_too_little_normal_video_allows_no_event():
    """154 s of normal video cannot show one an hour."""
    logits, labels, edges = videos()
    found = choose_threshold(logits, labels, edges, per_hour=1.0)
    assert not found.shown and found.rate.events == 0
    highest = max(v.max() for v, label in zip(logits, labels) if not label)
    assert highest < found.logit < highest + 1e-4
    assert found.found == sum(
        video.max() >= found.logit
        for video, label in zip(logits, labels)
        if label
    )
    assert found.rate.hours == pytest.approx(6 * 40 * 0.64 / 3600)


@pytest.mark.parametrize('seed', range(8))
def test_a_detector_in_float32_has_no_event_either(seed):
    """The page of a fit shows what its card counts."""
    logits, labels, edges = videos(seed=seed)
    found = choose_threshold(logits, labels, edges, per_hour=1.0)
    assert found.rate.events == 0
    for video, label in zip(logits, labels):
        single = video.astype(np.float32) - np.float32(found.logit)
        assert label or not RULE.find(to_scores(single), 0.64)


def test_a_rate_that_can_be_shown_is_kept():
    """Ten times as long snippets, 25.6 minutes: eight an hour can be shown;
    a lower threshold has more events, by trying."""
    logits, labels, _ = videos()
    edges = [even_edges(40, 6.4)] * len(labels)
    found = choose_threshold(logits, labels, edges, per_hour=8.0)
    assert found.shown
    assert 0 < found.rate.per_hour <= 8.0
    normal = sorted(
        value
        for video, label in zip(logits, labels)
        if not label
        for value in video
        if value < found.logit - 1e-6
    )

    def at(threshold):
        return sum(
            len(
                EventRule(0.5, low=0.5, max_gap=RULE.max_gap).find(
                    to_scores(video - threshold), 6.4
                )
            )
            for video, label in zip(logits, labels)
            if not label
        )

    assert at(normal[-1]) > 8.0 * found.rate.hours


def test_the_curve_counts_as_the_rule_does():
    """Oracle: at each of its thresholds, all events found anew."""
    logits, labels, edges = videos(6, 15)
    curve = alarm_curve(logits, labels, edges)
    hours = 3 * 15 * 0.64 / 3600
    assert (np.diff(curve.thresholds) < 0).all()
    for threshold, per_day, share in zip(*curve):
        rule = EventRule(float(to_scores(threshold)), max_gap=RULE.max_gap)
        counted = sum(
            len(rule.find(to_scores(video), 0.64))
            for video, label in zip(logits, labels)
            if not label
        )
        assert per_day == pytest.approx(counted / hours * 24)
        assert share == pytest.approx(
            np.mean([video.max() >= threshold for video in logits[1::2]])
        )


def test_hours_are_those_of_whole_videos():
    """Oracle: by hand: six normal videos whose last snippet's score holds for
    0.3 s more, as the page of a fit has them."""
    logits, labels, _ = videos()
    edges = [even_edges(40, 0.64, end=25.9)] * len(labels)
    found = choose_threshold(logits, labels, edges)
    assert found.rate.hours == pytest.approx(6 * 25.9 / 3600)
    curve = alarm_curve(logits, labels, edges)
    assert curve.per_day.max() == pytest.approx(
        alarm_curve(logits, labels, videos()[2]).per_day.max() * 25.6 / 25.9
    )
