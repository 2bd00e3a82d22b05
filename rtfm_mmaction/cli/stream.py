"""Watch a file, a camera or a network stream; events as JSON lines.

A line is written and flushed when an event starts and when it ends:
{"kind": "start", "event": 0, "start": 12.8, "end": 14.08, "peak": 0.93,
"peak_time": 13.12, "utc": "2026-01-31T09:30:00+00:00"}, in seconds of the
video that came, the time at which the line was written, and a score.

With --state FILE a stream that was stopped (Ctrl-C, SIGTERM) or lost goes on
when the same command is given again: with the event that was under way, and
with times that go on. A video file is gone on with at the frame at which it
was stopped. The file is written every 30 s, with each line and at the stop,
and removed at the end of a video.
"""

import argparse
import contextlib
import datetime
import itertools
import json
import signal
import sys
from typing import Iterable, Iterator, Optional, TextIO

import cv2
import numpy as np

from ..apis.config_names import read_config
from ..apis.digests import digest_of
from ..apis.loading import load_detector
from ..apis.made_with import MadeWith
from ..apis.online_events import EventNews, OnlineEvents
from ..apis.streaming import FrameStream
from ..apis.watch_file import Part, WatchFile
from ..apis.watching import Watch
from ..extraction import build_extractor
from ..io.frame_source import DEFAULT_FPS, FrameSource
from ..io.names import printable
from ..io.prefetch import prefetch
from ..io.video import VideoError
from ..models import AnomalyDetector
from .learning import check_made_with, rule_of
from .one_line import errors_in_one_line
from .options import (
    add_cfg_options,
    add_checkpoint,
    add_config,
    add_device,
    add_dtype,
    add_extractor,
    add_thresholds,
    choose_device,
    command_parser,
)

# Frames that are decoded while the network runs: a snippet.
AHEAD = 16


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    parser.add_argument(
        'source',
        help='video file, folder of frames, number of a camera, or an address '
        '(rtsp://, http://)',
    )
    add_config(parser, '--config', required=True)
    add_checkpoint(parser, '--checkpoint', required=True)
    add_extractor(parser, required=True)
    parser.add_argument(
        '--out', help='file to append the lines to; default: standard output'
    )
    parser.add_argument(
        '--state',
        metavar='FILE',
        help='keep there what is needed to go on, and go on from it',
    )
    add_thresholds(parser)
    parser.add_argument(
        '--fps',
        type=float,
        help='frames per second; default: what the source says or how fast '
        f'its frames come, or {DEFAULT_FPS:g}',
    )
    parser.add_argument(
        '--max-tries',
        type=int,
        default=10,
        help='tries in a row to connect again; default: %(default)s',
    )
    parser.add_argument(
        '--first-wait',
        type=float,
        default=1.0,
        help='seconds before the first of them, doubled each time; '
        'default: %(default)s',
    )
    parser.add_argument(
        '--longest-wait',
        type=float,
        default=60.0,
        help='seconds between them at most; default: %(default)s',
    )
    parser.add_argument(
        '--timeout',
        type=float,
        default=10.0,
        help='seconds without an answer that make a lost stream; '
        'default: %(default)s',
    )
    add_device(parser)
    add_dtype(parser)
    add_cfg_options(parser)
    return parser


def say(sentence: str) -> None:
    """Tell whoever watches; standard output may be the events'."""
    print(printable(f'stream: {sentence}'), file=sys.stderr, flush=True)


@contextlib.contextmanager
def stopped_by_signals(source: FrameSource) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the frames; a second Ctrl-C interrupts."""

    def stop(number, _) -> None:
        source.stop()
        signal.signal(
            number,
            signal.SIG_DFL
            if number == signal.SIGTERM
            else signal.default_int_handler,
        )

    before = [
        (number, signal.signal(number, stop))
        for number in (signal.SIGINT, signal.SIGTERM)
    ]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def write_line(file: TextIO, news: EventNews) -> None:
    """Write a line, at once."""
    record = {
        key: round(value, 6) if isinstance(value, float) else value
        for key, value in news._asdict().items()
    }
    now = datetime.datetime.now(datetime.timezone.utc)
    record['utc'] = now.isoformat(timespec='seconds')
    file.write(json.dumps(record) + '\n')
    file.flush()


def run(args: argparse.Namespace) -> None:
    """Build all, then watch until the source ends or a signal comes."""
    rule, threshold = rule_of(args, say)
    if rule.smoothing:
        raise ValueError(
            f'{args.threshold}: expected a threshold without smoothing, as a '
            f'stream has no scores of what is to come, found one of scores '
            f'that were smoothed over {rule.smoothing:g} s'
        )
    # A learned threshold may be told by its logit alone.
    logits = rule.high_logit is not None
    events = OnlineEvents(
        *(
            (rule.high_logit, rule.low_logit)
            if logits
            else (rule.high, rule.low_score)
        ),
        rule.min_length,
        rule.max_gap,
    )
    if args.fps is not None and not args.fps > 0:
        raise ValueError(f'--fps: expected more than 0, found {args.fps}')
    device = choose_device(args.device)
    detector = load_detector(
        args.config, args.checkpoint, device, args.cfg_options
    )
    if detector.backbone is not None:
        raise ValueError(
            f'{args.config}: expected a model of features, found '
            'one with a backbone of its own'
        )
    extractor = build_extractor(
        read_config(args.extractor, 'model', 'extractor').to_dict(),
        device,
        args.dtype,
    )
    if threshold is not None:
        made_with = MadeWith(digest_of(detector))
        made_with = made_with.with_features(extractor.settings)
        check_made_with(args, threshold, [made_with], say)
    stream = FrameStream(extractor, detector)
    source = FrameSource(
        args.source,
        args.max_tries,
        args.first_wait,
        args.longest_wait,
        args.timeout,
        args.fps,
        note=say,
    )
    if not source.fps:
        source.fps = DEFAULT_FPS
        say(
            f'{source.name}: expected it to say its frames per second, found '
            f'none; {source.fps:g} are assumed (--fps)'
        )
    fps = source.fps
    say(
        f'{source.name}: {fps:g} frames/s; scores come '
        f'{stream.latency / fps:.1f} s after their snippet'
    )
    watching = Watch(
        stream,
        events,
        fps,
        source.seconds_at if source.ends else None,
        logits,
    )
    kept = (
        None
        if args.state is None
        else keep_state(args, watching, detector, source)
    )
    with contextlib.ExitStack() as stack:
        file = (
            sys.stdout
            if args.out is None
            else stack.enter_context(open(args.out, 'a', encoding='utf-8'))
        )
        stack.enter_context(stopped_by_signals(source))
        frames = stack.enter_context(
            contextlib.closing(
                prefetch(frames_to_come(source, watching.frames), AHEAD)
            )
        )
        stack.callback(source.stop)
        tell(frames, source, watching, kept, file)


def keep_state(
    args: argparse.Namespace,
    watching: Watch,
    detector: AnomalyDetector,
    source: FrameSource,
) -> WatchFile:
    """Go on from the file of the state, if there is one, and write it."""
    events = watching.events
    settings = dict(
        threshold=events.high,
        low=events.low,
        min_length=events.min_length,
        max_gap=events.max_gap,
    )
    if watching.logits:
        settings['logits'] = True
    kept = WatchFile(
        args.state,
        watching,
        dict(
            source=Part(source.name, digest_of(source.name)),
            detector=Part(args.checkpoint, digest_of(detector)),
            extractor=Part(
                args.extractor, digest_of(watching.stream.extractor.settings)
            ),
            events=Part(
                ', '.join(f'{key} {settings[key]:g}' for key in settings),
                digest_of(settings),
            ),
        ),
    )
    if kept.load():
        if args.fps not in (None, watching.fps):
            raise ValueError(
                f'{args.state}: expected a stream of {args.fps:g} frames/s '
                f'(--fps), found one of {watching.fps:g}'
            )
        source.assume(watching.fps)
        say(
            f'{source.name}: goes on behind frame {watching.frames}, at '
            f'{watching.frames / watching.fps:.2f} s'
        )
    kept.save()  # where nothing can be written this says so at once
    return kept


def frames_to_come(source: FrameSource, number: int) -> Iterator[np.ndarray]:
    """Frames behind those that a state knows; a stream has no others."""
    return itertools.islice(source.frames(), number * source.ends, None)


def tell(
    frames: Iterable[np.ndarray],
    source: FrameSource,
    watching: Watch,
    kept: Optional[WatchFile],
    file: TextIO,
) -> None:
    """Write a line for each piece of news, until the frames end."""
    lost = None
    try:
        for frame in frames:
            if not source.ends:
                watching.fps = source.fps  # as measured by now
            news = watching.push(frame)
            for item in news:
                write_line(file, item)
            if kept is not None:
                kept.save() if news else kept.save_when_due()
    except VideoError as error:
        lost = error
    if kept is not None and (lost is not None or source.stopped):
        kept.save()
        say(f'{source.name}: {kept.path} knows how to go on')
    else:
        for item in watching.end():
            write_line(file, item)
        if kept is not None:
            kept.remove()
    if lost is not None:
        raise lost


def main(argv=None) -> None:
    """Run the tool.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    # What it says of a source that cannot be opened is a page.
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    with errors_in_one_line('stream', OSError, ValueError, RuntimeError):
        run(make_parser().parse_args(argv))
