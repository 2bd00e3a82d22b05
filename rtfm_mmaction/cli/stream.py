"""Watch a file, a camera or a network stream; events as JSON lines.

A line is written when an event starts and when it ends:
{"kind": "start", "event": 0, "start": 12.8, "end": 14.08, "peak": 0.93,
"peak_time": 13.12, "utc": "2026-01-31T09:30:00.120+00:00"}. "start", "end"
and "peak_time" are seconds of the video, by the frames that came or were
dropped; "peak" is a score. "utc" is when the frame came that the event starts
or ends with; of a file, when that frame was read.

A camera or a stream that is faster than this machine falls behind. How far is
told beyond --longest-lag. Frames that waited for so long are then dropped
(--when-behind drop), or kept while the lag grows (wait). What lies behind
dropped frames is scored as a video of its own, and an event goes on across
them only if they are no longer than --max-gap; else it ends there, and
another may begin behind them. The same holds where nothing came for longer
than --timeout, but that times do not go on by it.

With --state FILE a stream that was stopped (Ctrl-C, SIGTERM) or lost goes on
when the same command is given again: with the event that was under way, which
ends if that took longer than --timeout and --max-gap, and with times that go
on. A video file is gone on with at the frame at which it was stopped. The
file is written every 30 s, with each line and at the stop, and removed at the
end of a video.

Neither a full disk nor an --out that is renamed or removed ends a watch:
lines are kept until they can be written, and the file is made anew.
"""

import argparse
import contextlib
import datetime
import functools
import itertools
import json
import signal
import sys
from typing import Any, Callable, Iterator, NamedTuple, Optional, Union

import cv2

from ..apis.chosen_extractor import ONNX, choose_extractor
from ..apis.digests import digest_of
from ..apis.feature_match import untold
from ..apis.following import Follower
from ..apis.made_with import MadeWith
from ..apis.online_events import EventNews, OnlineEvents
from ..apis.streaming import FrameStream
from ..apis.watch_file import KnownPart, WatchFile
from ..apis.watching import Watch
from ..datasets.feature_record import FeatureRecord
from ..export.onnx_runtime import OnnxDetector
from ..export.onnx_session import best_device
from ..io.addresses import without_password
from ..io.atomic import check_writable
from ..io.file_digest import file_digest
from ..io.frame_source import Arrival, FrameSource
from ..io.line_file import LineFile, PrintedLines
from ..io.names import printable
from ..io.prefetch import keep_up, prefetch
from ..io.video import DEFAULT_FPS, VideoError
from .learning import check_made_with, rule_of, untold_threshold
from .one_line import errors_in_one_line
from .options import (
    OF_CHECKPOINT,
    add_cfg_options,
    add_checkpoint,
    add_config,
    add_device,
    add_dtype,
    add_extractor,
    add_other_features,
    add_thresholds,
    command_parser,
)

# Frames that are decoded while the network runs: a snippet.
AHEAD = 16
# Frames that may wait however long they have: two snippets.
FEWEST = 32


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    parser.add_argument(
        'source',
        help='video file, folder of frames, number of a camera, or an address '
        '(rtsp://, http://)',
    )
    add_config(
        parser,
        '--config',
        also=f'or an .onnx file of rtfm export; {OF_CHECKPOINT}',
    )
    add_checkpoint(parser, '--checkpoint', also='not beside an .onnx file')
    add_extractor(
        parser, also=f'or an .onnx file of rtfm export; {OF_CHECKPOINT}'
    )
    add_other_features(parser)
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
        help='seconds without a frame that make a lost stream; '
        'default: %(default)s',
    )
    parser.add_argument(
        '--when-behind',
        choices=('drop', 'wait'),
        help='whether frames are dropped that have waited for longer than '
        '--longest-lag, or all are scored however late; default: drop of '
        'cameras and streams, wait of videos that end, which know no other',
    )
    parser.add_argument(
        '--longest-lag',
        type=float,
        default=10.0,
        metavar='SECONDS',
        help='how far the scores may be behind a camera or a stream; frames '
        'wait in memory at the size that the extractor takes, some 6 MB a '
        'second; default: %(default)s',
    )
    parser.add_argument(
        '--window',
        type=int,
        metavar='SNIPPETS',
        help='score each snippet by the last ones alone, so many with itself; '
        'for methods that have to see the whole video, which are refused '
        'without',
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


def line_of(news: EventNews) -> str:
    """Make a line of JSON."""
    record = {
        key: round(value, 6) if isinstance(value, float) else value
        for key, value in news._asdict().items()
    }
    if news.utc is not None:
        came = datetime.datetime.fromtimestamp(news.utc, datetime.timezone.utc)
        record['utc'] = came.isoformat(timespec='milliseconds')
    return json.dumps(record)


class OpenedDetector(NamedTuple):
    """A detector, in torch or exported, and what is known of it.

    Attributes:
        detector (AnomalyDetector or OnnxDetector): For :class:`.FrameStream`.
        file (str): It was opened from, for people.
        digest (Callable): Makes what tells it from others, which takes a
            while.
        device (str): Where it runs.
        trained_on (FeatureRecord, optional): Its training's features.
        scores_only_rank (bool): See ``RankingHead``.
    """

    detector: Any
    file: str
    digest: Callable[[], str]
    device: str
    trained_on: Optional[FeatureRecord]
    scores_only_rank: bool


def open_detector(args: argparse.Namespace) -> OpenedDetector:
    """Open the detector; an exported file needs no torch."""
    file = args.config or ''
    if file.endswith(ONNX):
        for flag, value in (
            ('--checkpoint', args.checkpoint),
            ('--cfg-options', args.cfg_options),
        ):
            if value:
                raise ValueError(
                    f'{flag}: expected none beside {file}, which holds all '
                    f'of its detector, found {value}'
                )
        device = args.device or best_device()
        exported = OnnxDetector(file, device)
        return OpenedDetector(
            exported,
            file,
            functools.partial(file_digest, file),
            device,
            exported.trained_on,
            exported.scores_only_rank,
        )
    if args.checkpoint is None:
        raise ValueError(
            '--checkpoint: expected that of a detector, or an .onnx file of '
            'rtfm export as --config, found neither'
        )
    from ..apis.devices import choose_device
    from ..apis.loading import load_detector
    from ..models.contracts import scores_only_rank

    device = choose_device(args.device)
    detector = load_detector(
        args.config, args.checkpoint, device, args.cfg_options
    )
    if detector.backbone is not None:
        raise ValueError(
            f'{args.config or args.checkpoint}: expected a model of features, '
            'found one with a backbone of its own'
        )
    return OpenedDetector(
        detector,
        args.checkpoint,
        functools.partial(digest_of, detector),
        device,
        detector.trained_on,
        scores_only_rank(detector.head),
    )


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
    if not args.longest_lag > 0:
        raise ValueError(
            f'--longest-lag: expected more than 0, found {args.longest_lag}'
        )
    opened = open_detector(args)
    args.extractor, extractor = choose_extractor(
        args.extractor,
        opened.trained_on,
        opened.file,
        without_password(args.source),
        opened.device,
        args.dtype,
        args.other_features,
        say,
    )
    words = untold(opened.trained_on, opened.file)
    if words:
        say(words)
    if threshold is not None:
        made_with = MadeWith(opened.digest())
        made_with = made_with.with_features(extractor.settings)
        check_made_with(args, threshold, [made_with], say)
    stream = FrameStream(extractor, opened.detector, args.window)
    if opened.scores_only_rank:
        words = untold_threshold(args, opened.file)
        if words:
            raise ValueError(words)
    source = FrameSource(
        args.source,
        args.max_tries,
        args.first_wait,
        args.longest_wait,
        args.timeout,
        args.fps,
        note=say,
    )
    if source.ends and args.when_behind == 'drop':
        raise ValueError(
            '--when-behind drop: expected a camera or a stream, found '
            f'{source.name}, which ends and waits for its reader'
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
        note=lambda sentence: say(f'{source.name}: {sentence}'),
    )
    kept = (
        None
        if args.state is None
        else keep_state(args, watching, opened, source)
    )
    with contextlib.ExitStack() as stack:
        out: Union[LineFile, PrintedLines] = (
            PrintedLines(say) if args.out is None else LineFile(args.out, say)
        )
        stack.callback(close_lines, out, args.out or 'standard output')
        stack.enter_context(stopped_by_signals(source))
        arrivals = frames_to_come(source, watching)
        arrivals = stack.enter_context(
            contextlib.closing(
                prefetch(arrivals, AHEAD)
                if source.ends or args.when_behind == 'wait'
                else keep_up(
                    arrivals,
                    lambda arrival: arrival.came,
                    args.longest_lag,
                    FEWEST,
                    # Of a live source half as many come in that time.
                    lambda: 2 * args.longest_lag * source.fps,
                )
            )
        )
        stack.callback(source.stop)
        tell(
            arrivals,
            source,
            watching,
            Follower(
                watching,
                source.timeout,
                args.longest_lag,
                lambda sentence: say(f'{source.name}: {sentence}'),
            ),
            kept,
            out,
            f'{opened.file} on {args.extractor}',
        )


def close_lines(out: Union[LineFile, PrintedLines], name: str) -> None:
    """End the writing; lines that cannot be written are told."""
    left = out.close()
    for line in left:
        print(printable(line), file=sys.stderr)
    if left:
        raise OSError(
            f'{name}: {len(left)} lines could not be written; they stand above'
        )


def keep_state(
    args: argparse.Namespace,
    watching: Watch,
    opened: 'OpenedDetector',
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
            source=KnownPart(source.name, digest_of(source.name)),
            detector=KnownPart(opened.file, opened.digest()),
            extractor=KnownPart(
                args.extractor, digest_of(watching.stream.extractor.settings)
            ),
            events=KnownPart(
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
    check_writable(kept.path)
    return kept


def frames_to_come(source: FrameSource, watching: Watch) -> Iterator[Arrival]:
    """Frames behind those that a state knows, as small as they are needed.

    A stream has no others.
    """
    known = watching.frames * source.ends
    for arrival in itertools.islice(source.arrivals(), known, None):
        frame = arrival.frame
        yield (
            arrival
            if frame is None
            else arrival._replace(frame=watching.stream.resized(frame))
        )


def tell(
    arrivals: Iterator[Arrival],
    source: FrameSource,
    watching: Watch,
    follower: Follower,
    kept: Optional[WatchFile],
    out: Union[LineFile, PrintedLines],
    networks: str,
) -> None:
    """Write a line for each piece of news, until the frames end.

    ``networks`` are the detector and the extractor, for messages.
    """
    lost = None
    saving = True
    try:
        for arrival in arrivals:
            if source.ends:
                news = watching.push(arrival.frame, arrival.utc)
            else:
                if source.stopped:
                    break  # what waits has come behind the stop, or nearly
                watching.fps = source.fps  # as measured by now
                news = follower.take(arrival)
            for item in news:
                out.write(line_of(item))
            out.retry()
            # Before there is nothing to go on from, and a detector that takes
            # no such features leaves nothing behind.
            if kept is not None and watching.scored:
                saving = save(kept, bool(news), saving)
    except VideoError as error:
        lost = error
    except ValueError as error:
        raise ValueError(f'{networks}: {error}') from error
    if not source.ends:
        say(f'{source.name}: {follower.summary()}')
    if kept is not None and (lost is not None or source.stopped):
        kept.save()
        say(f'{source.name}: {kept.path} knows how to go on')
    else:
        frames = watching.frames
        for item in watching.end():
            out.write(line_of(item))
        if kept is not None:
            kept.remove()
        if lost is None and not source.stopped:
            check_scored(source, watching, frames)
    if lost is not None:
        raise lost


def save(kept: WatchFile, now: bool, saving: bool) -> bool:
    """Write the state; a disk that is full does not end the watch.

    Args:
        kept (WatchFile): The file.
        now (bool): Whether to write it though it is not due.
        saving (bool): Whether that went well the last time.

    Returns:
        bool: Whether it does now.
    """
    try:
        written = kept.save() if now else kept.save_when_due()
    except OSError as error:
        if saving:
            say(f'{error}; the watch goes on, and tries again')
        return False
    if written and not saving:
        say(f'{kept.path}: written again')
    return saving or written


def check_scored(source: FrameSource, watching: Watch, frames: int) -> None:
    """Say why a video gave nothing at all."""
    if watching.scored or watching.unsound:
        return
    length = watching.stream.extractor.snippet_len
    raise VideoError(
        f'{source.name}: expected at least {length} frames, a snippet, found '
        f'{frames}: too short to be scored'
        + (', a single picture and no video' if frames == 1 else '')
    )


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
