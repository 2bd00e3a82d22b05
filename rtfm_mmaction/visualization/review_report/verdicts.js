// What a person said of stretches of videos. A verdict is of the stretch that
// was judged and shows at the event that overlaps it, whatever the threshold;
// of several at the one that it shares most with. A new one takes the place
// of those that it overlaps.
const makeVerdicts = (report, videos) => {
  const FORMAT = 'rtfm_mmaction.verdicts/1';
  const key = 'rtfm_mmaction.verdicts ' + report.key;
  let all = [];
  let dropped = [];  // taken back; their notes come back with them
  let kept = true;  // by this browser
  let saved = true;  // to a file, since the last change

  const number = (seconds) => Math.round(seconds * 1000) / 1000;
  const shared = (a, b) => a.video !== b.video ? 0 :
      Math.min(a.end, b.end) - Math.max(a.start, b.start);
  const spanOf = (video, event) => ({video: video.name,
    start: number(event.start), end: number(event.end)});
  const closest = (verdicts, span) => verdicts.filter((verdict) =>
    shared(verdict, span) > 0).sort((a, b) =>
    shared(b, span) - shared(a, span))[0];

  const text = () => {
    const place = new Map(videos.map((video, index) => [video.name, index]));
    const order = (verdict) => place.get(verdict.video) ?? videos.length;
    const sorted = [...all].sort((a, b) => order(a) - order(b) ||
        (a.video < b.video ? -1 : a.video > b.video ? 1 : a.start - b.start));
    return JSON.stringify({format: FORMAT, detector: report.detector,
      verdicts: sorted}, null, 1) + '\n';
  };
  const keep = () => {
    try {
      localStorage.setItem(key, text());
      kept = true;
    } catch {  // none for files, or switched off, or full
      kept = false;
    }
  };
  const put = (verdicts) => {
    for (const verdict of verdicts) {
      all = all.filter((other) => shared(other, verdict) <= 0);
      all.push(verdict);
    }
  };

  // Verdicts of a text; throws a sentence where it is something else.
  const parse = (content) => {
    let found;
    try {
      found = JSON.parse(content);
    } catch {
      throw new Error('expected verdicts.json, found no JSON');
    }
    if (found?.format !== FORMAT || !Array.isArray(found.verdicts)) {
      throw new Error('expected verdicts.json of the format ' + FORMAT +
          ', found another');
    }
    found.verdicts.forEach((verdict, index) => {
      const sound = verdict && typeof verdict.video === 'string' &&
          (verdict.source === null || typeof verdict.source === 'string') &&
          typeof verdict.note === 'string' && verdict.start >= 0 &&
          typeof verdict.start === 'number' &&
          typeof verdict.end === 'number' && verdict.start < verdict.end &&
          ['right', 'wrong'].includes(verdict.verdict);
      if (!sound) {
        throw new Error('expected video, source, start, end, verdict and ' +
            'note, found another in verdict ' + (index + 1));
      }
    });
    return {detector: found.detector, verdicts: found.verdicts.map(
        ({video, source, start, end, verdict, note}) =>
          ({video, source, start, end, verdict, note}))};
  };
  const read = () => {
    try {
      const content = localStorage.getItem(key);
      all = content === null ? [] : parse(content).verdicts;
    } catch {
      kept = false;
    }
  };
  read();

  return {
    text,
    read,
    isOfThis: (storage) => storage.key === key,
    of: (video, event) => closest(all, spanOf(video, event)),
    // The same verdict a second time takes it back.
    judge: (video, event, verdict) => {
      const span = spanOf(video, event);
      const before = closest(all, span);
      const others = all.filter((other) => shared(other, span) <= 0);
      if (before?.verdict === verdict) {
        dropped.push(...all.filter((other) => shared(other, span) > 0));
        all = others;
      } else {
        const note = (before ?? closest(dropped, span))?.note ?? '';
        dropped = dropped.filter((other) => shared(other, span) <= 0);
        all = [...others, {video: span.video, source: video.source,
          start: span.start, end: span.end, verdict, note}];
      }
      saved = false;
      keep();
    },
    note: (video, event, words) => {
      const verdict = closest(all, spanOf(video, event));
      if (!verdict) return;
      verdict.note = words;
      saved = false;
      keep();
    },
    // What a file holds is added; says in a sentence what that was.
    load: (content) => {
      const {detector, verdicts} = parse(content);
      put(verdicts);
      keep();
      const names = new Set(videos.map((video) => video.name));
      const others = verdicts.filter(({video}) => !names.has(video)).length;
      return verdicts.length + (verdicts.length === 1 ? ' verdict' :
          ' verdicts') + ' loaded' + (others ? ', ' + others +
          ' of videos that are not in this page' : '') +
          (detector && report.detector && detector !== report.detector ?
          '; they were given to events of another detector' : '') + '.';
    },
    count: (verdict) => all.filter((one) => one.verdict === verdict).length,
    wasSaved: () => saved = true,
    isKept: () => kept,
    wouldBeLost: () => !kept && !saved,
  };
};
