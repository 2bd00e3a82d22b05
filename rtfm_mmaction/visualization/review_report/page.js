(() => {
  const find = (id) => document.getElementById(id);
  const told = (id) => JSON.parse(find(id).textContent);
  const videos = told('data');
  const verdicts = makeVerdicts(told('report'), videos);
  const player = find('player');
  const svg = find('curve');
  let order = {key: 'peak', down: true};
  let shown = [];
  let chosen = null;
  let current = -1;
  let seek = null;  // seconds to go to once the player knows the video
  let at = 0;  // seconds of the head, where there is no player either
  let tried = null;  // a threshold in place of the one that was scored by

  const clock = (seconds) => {
    const whole = Math.floor(seconds + 1e-6);
    const two = (number) => String(number).padStart(2, '0');
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor(whole / 60) % 60;
    return (hours ? hours + ':' + two(minutes) : minutes) + ':' +
        two(whole % 60);
  };
  const DAY = 86400;
  // Seconds between ticks that people count in.
  const STEPS = [.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600,
    7200, 10800, 21600, 43200, DAY];
  const narrow = () => innerWidth <= 760;  // as in the style
  const score = (value) => value === null ? '–' : value.toFixed(3);
  const make = (kind, text, parent) => {
    const element = document.createElement(kind);
    if (text !== undefined) element.textContent = text;
    if (parent) parent.append(element);
    return element;
  };

  let found = new Map();  // events of videos at that threshold
  const eventsOf = (video) => {
    if (!found.has(video)) found.set(video, eventsAt(video, tried));
    return found.get(video);
  };
  // Exact where the curve is not drawn as it was scored, too.
  const countOf = (video) => tried === null || !video.counts ?
      eventsOf(video).length : video.counts[Math.round(100 * tried) - 1];

  // The table.
  const compare = (a, b) => {
    const value = (video) => order.key === 'events' ? countOf(video) :
        order.key === 'peak' && video.peak === null ? -1 : video[order.key];
    const [x, y] = [value(a), value(b)];
    const sign = typeof x === 'string' ? x.localeCompare(y) : x - y;
    return order.down ? -sign : sign;
  };
  const list = () => {
    const text = find('search').value.toLowerCase();
    const only = find('with-events').checked;
    shown = videos.filter((video) =>
      video.name.toLowerCase().includes(text) &&
      (!only || countOf(video))).sort(compare);
    find('count').textContent = shown.length + ' of ' + videos.length +
        (videos.length === 1 ? ' video' : ' videos');
    const body = find('videos');
    body.replaceChildren();
    for (const video of shown) {
      const row = make('tr', undefined, body);
      row.tabIndex = 0;
      row.setAttribute('aria-selected', video === chosen);
      const name = make('td', video.name, row);
      if (video.note) {
        name.append(' ');
        make('span', '⚠', name).title = video.note;
      }
      const scored = video.curve.length > 0;
      make('td', score(video.peak), row);
      make('td', scored ? countOf(video) : '–', row);
      make('td', scored ? clock(video.duration) : '–', row);
      const open = () => {
        choose(video);
        // Where the list stands above and not beside it.
        if (narrow()) find('one').scrollIntoView();
      };
      row.addEventListener('click', open);
      row.addEventListener('keydown', (event) => {
        if (event.key === 'Enter') open();
      });
    }
    for (const button of document.querySelectorAll('th button')) {
      const head = button.parentElement;
      head.removeAttribute('aria-sort');
      if (button.dataset.key === order.key) {
        head.setAttribute('aria-sort', order.down ? 'descending' : 'ascending');
      }
    }
  };

  // One video.
  const draw = (kind, attributes) => {
    const shape = document.createElementNS('http://www.w3.org/2000/svg', kind);
    for (const [key, value] of Object.entries(attributes)) {
      shape.setAttribute(key, value);
    }
    svg.append(shape);
    return shape;
  };
  // When a point of the curve begins: by its own time where the rate varies.
  const begin = (index) => chosen.times ? chosen.times[index] :
      index * chosen.step;
  const across = (seconds) =>
    1000 * Math.min(Math.max(seconds / (chosen.duration || 1), 0), 1);
  // Of the chosen video: in tenths of a second where that is short.
  const moment = (seconds) => chosen.duration < 20 ?
    seconds.toFixed(1) + ' s' : clock(seconds);
  const up = (value) => 96 - 92 * value;
  const drawCurve = () => {
    svg.replaceChildren();
    svg.setAttribute('aria-label', 'Anomaly score of ' + chosen.name +
        ' over time, highest ' + score(chosen.peak));
    const span = (start, end, y, height, kind) => draw('rect', {
      x: across(start), width: Math.max(across(end) - across(start), 1.5),
      y: y, height: height, class: kind});
    eventsOf(chosen).forEach((event) =>
      span(event.start, event.end, 0, 100, 'event'));
    chosen.known.forEach(([start, end]) => span(start, end, 95, 5, 'known'));
    const threshold = tried ?? chosen.threshold;
    if (threshold !== null && threshold <= 1) {
      draw('line', {x1: 0, x2: 1000, y1: up(threshold), y2: up(threshold),
        class: 'threshold'});
    }
    let path = '';
    let broken = true;
    chosen.curve.forEach((value, index) => {
      if (value === null) {
        broken = true;
        return;
      }
      const from = across(begin(index)).toFixed(2);
      // The last score holds for what is left of the video.
      const end = index + 1 === chosen.curve.length ? chosen.duration :
          begin(index + 1);
      path += (broken ? 'M' : 'L') + from + ' ' + up(value).toFixed(2) + 'H' +
          across(end).toFixed(2);
      broken = false;
    });
    draw('path', {d: path, class: 'score'});
    draw('line', {x1: 0, x2: 0, y1: 0, y2: 100, class: 'head', id: 'head'});
    const ticks = find('ticks');
    ticks.replaceChildren();
    const most = narrow() ? 4 : 8;
    const step = STEPS.find((seconds) => chosen.duration / seconds <= most) ??
        DAY * Math.ceil(chosen.duration / DAY / most);
    // The last one would stand over the edge.
    for (let at = 0; at <= .97 * chosen.duration; at += step) {
      make('span', moment(at), ticks).style.left = across(at) / 10 + '%';
    }
  };
  const setHead = () => {
    const head = find('head');
    if (!head || !chosen) return;
    head.setAttribute('x1', across(at));
    head.setAttribute('x2', across(at));
  };
  const move = () => {
    at = player.currentTime;
    setHead();
  };
  const go = (seconds) => {
    at = Math.min(Math.max(seconds, 0), chosen.duration);
    if (player.readyState > 0) player.currentTime = at;
    else seek = at;
    setHead();
  };
  const mark = (index) => {
    current = index;
    [...find('events').querySelectorAll('.jump')].forEach((button, at) =>
      button.setAttribute('aria-current', at === index));
  };
  const jump = (index) => {
    mark(index);
    go(eventsOf(chosen)[index].start);
    find('events').children[index].scrollIntoView({block: 'nearest'});
  };
  // The tile of the highest score at the peak, on the picture of it.
  const drawBox = (event, button) => {
    const picture = make('span', undefined, button);
    picture.className = 'picture';
    const image = make('img', undefined, picture);
    image.src = event.picture;
    image.alt = '';
    const box = chosen.boxes?.[event.tile];
    if (!box) return;
    const [left, top, right, bottom] = box.map((share) => 100 * share);
    const frame = make('i', undefined, picture);
    frame.style.left = left + '%';
    frame.style.top = top + '%';
    frame.style.width = right - left + '%';
    frame.style.height = bottom - top + '%';
  };
  const listEvents = () => {
    current = -1;
    const events = find('events');
    events.replaceChildren();
    eventsOf(chosen).forEach((event, index) => {
      const item = make('li', undefined, events);
      const button = make('button', undefined, item);
      button.type = 'button';
      button.className = 'jump';
      if (event.picture) drawBox(event, button);
      const span = moment(event.start) + ' – ' + moment(event.end);
      make('span', span, button);
      const boxed = chosen.boxes?.[event.tile];
      make('small', 'peak ' + score(event.peak) +
          (boxed ? ' · tile ' + event.tile : ''), button);
      button.addEventListener('click', (click) => {
        jump(index);
        // By mouse: the next key is for the player. By keyboard focus stays.
        if (click.detail > 0) button.blur();
      });
      addVerdict(item, event, span);
    });
    showVerdicts();
  };

  // Verdicts.
  const addVerdict = (item, event, span) => {
    const group = make('div', undefined, item);
    group.className = 'verdict';
    group.setAttribute('role', 'group');
    group.setAttribute('aria-label', 'Verdict on ' + span);
    for (const verdict of ['right', 'wrong']) {
      const button = make('button', verdict, group);
      button.type = 'button';
      button.dataset.verdict = verdict;
      button.addEventListener('click', (click) => {
        judge(event, verdict);
        if (click.detail > 0) button.blur();
      });
    }
    const note = make('input', undefined, group);
    note.type = 'text';
    note.placeholder = 'note';
    note.setAttribute('aria-label', 'Note on ' + span);
    note.addEventListener('input', () => {
      verdicts.note(chosen, event, note.value);
      showVerdicts(note);
    });
  };
  // What is known now, but for a note that is being written.
  const showVerdicts = (writing) => {
    const [right, wrong] = ['right', 'wrong'].map(verdicts.count);
    find('judged').textContent = right + wrong ?
        right + ' right, ' + wrong + ' wrong' : 'none yet';
    find('save').disabled = !(right + wrong);
    find('not-kept').hidden = verdicts.isKept();
    if (!chosen) return;
    eventsOf(chosen).forEach((event, index) => {
      const item = find('events').children[index];
      const verdict = verdicts.of(chosen, event);
      for (const button of item.querySelectorAll('[data-verdict]')) {
        button.setAttribute('aria-pressed',
            button.dataset.verdict === verdict?.verdict);
      }
      const note = item.querySelector('input');
      note.hidden = !verdict;
      if (note !== writing) note.value = verdict?.note ?? '';
    });
  };
  const judge = (event, verdict) => {
    verdicts.judge(chosen, event, verdict);
    showVerdicts();
  };
  const judgeCurrent = (verdict) => {
    const event = eventsOf(chosen)[current];
    if (event) judge(event, verdict);
  };
  find('save').addEventListener('click', () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(
        new Blob([verdicts.text()], {type: 'application/json'}));
    link.download = 'verdicts.json';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    verdicts.wasSaved();
  });
  find('load').addEventListener('click', () => find('file').click());
  find('file').addEventListener('change', async () => {
    const [file] = find('file').files;
    if (!file) return;
    try {
      find('loaded').textContent = verdicts.load(await file.text());
    } catch (error) {
      find('loaded').textContent = file.name + ': ' + error.message + '.';
    }
    find('file').value = '';  // or the same one could not be chosen again
    showVerdicts();
  });
  // Another window of this page.
  addEventListener('storage', (event) => {
    if (!verdicts.isOfThis(event)) return;
    verdicts.read();
    showVerdicts(document.activeElement);
  });
  addEventListener('beforeunload', (event) => {
    if (verdicts.wouldBeLost()) event.preventDefault();
  });

  const choose = (video) => {
    if (chosen === video) return;
    chosen = video;
    current = -1;
    seek = null;
    find('one').hidden = false;
    find('name').textContent = video.name;
    find('note').textContent = video.note;
    find('known-legend').hidden = !video.known.length;
    find('label').hidden = video.label === null;
    find('label').textContent = video.label ?
        'annotated as abnormal as a whole, without times' :
        'annotated as normal';
    find('chart').hidden = find('legend').hidden = !video.curve.length;
    find('unplayable').hidden = true;
    player.hidden = video.src === null;
    if (video.src === null) {
      player.removeAttribute('src');
      player.load();  // or the one before would play on
    } else {
      player.src = video.src;
    }
    at = 0;
    listEvents();
    drawCurve();
    for (const row of find('videos').children) {
      row.setAttribute('aria-selected',
          row.firstChild.firstChild.textContent === video.name);
    }
  };
  player.addEventListener('loadedmetadata', () => {
    if (seek !== null) player.currentTime = seek;
    seek = null;
  });
  player.addEventListener('timeupdate', move);
  player.addEventListener('seeking', move);
  player.addEventListener('error', () => {
    if (!player.getAttribute('src')) return;
    player.hidden = true;
    find('unplayable').textContent = 'This browser cannot play ' +
        (player.src.startsWith('data:') ? chosen.name :
          decodeURIComponent(player.getAttribute('src'))) +
        ' (file moved, or a codec that it does not know: --report-videos ' +
        'copy); pictures and times are right all the same.';
    find('unplayable').hidden = false;
  });
  svg.addEventListener('click', (event) => {
    const box = svg.getBoundingClientRect();
    go((event.clientX - box.left) / box.width * chosen.duration);
  });
  addEventListener('resize', () => {
    if (chosen) {
      drawCurve();
      setHead();
    }
  });

  // Filters, keys, light and dark.
  find('search').addEventListener('input', list);
  find('with-events').addEventListener('change', list);
  // What all were scored by; that of the first where they differ.
  const scored = videos.find((video) => video.threshold !== null);
  const slide = (threshold) => {
    tried = threshold;
    found = new Map();
    const value = threshold ?? (scored ? scored.threshold : .5);
    find('threshold').value = value;
    find('threshold-shown').textContent = value.toFixed(2);
    find('as-scored').hidden = find('tried').hidden = threshold === null;
    list();
    find('figures').replaceChildren();
    for (const words of rates.words(videos, countOf)) {
      make('li', words, find('figures'));
    }
    if (chosen) {
      listEvents();
      drawCurve();
      setHead();
    }
  };
  find('threshold').addEventListener('input', () =>
    slide(Number(find('threshold').value)));
  find('as-scored').addEventListener('click', () => slide(null));
  for (const button of document.querySelectorAll('th button')) {
    button.addEventListener('click', () => {
      const key = button.dataset.key;
      order = {key: key,
        down: order.key === key ? !order.down : key !== 'name'};
      list();
    });
  }
  const neighbour = (offset) => {
    const at = shown.indexOf(chosen) + offset;
    if (shown[at]) choose(shown[at]);
  };
  // Behind the last event of a video comes the first of the next one.
  const step = (by) => {
    let video = chosen;
    let event = current + by;
    let at = shown.indexOf(chosen);
    while (!eventsOf(video)[event]) {
      at += by;
      video = shown[at];
      if (!video) return;
      event = by > 0 ? 0 : eventsOf(video).length - 1;
    }
    choose(video);
    jump(event);
  };
  const actions = {
    j: () => step(1),
    k: () => step(-1),
    n: () => neighbour(1),
    p: () => neighbour(-1),
    r: () => judgeCurrent('right'),
    w: () => judgeCurrent('wrong'),
    ' ': () => player.paused ? player.play().catch(() => {}) : player.pause(),
    ArrowLeft: () => go(at - 1),
    ArrowRight: () => go(at + 1),
    '/': () => find('search').focus(),
    '?': () => find('help').showModal(),
  };
  addEventListener('keydown', (event) => {
    const busy = ['INPUT', 'BUTTON', 'VIDEO'].includes(event.target.tagName);
    const typing = event.target.matches('[type=search], [type=text]') ||
        (busy && [' ', 'ArrowLeft', 'ArrowRight'].includes(event.key));
    if (typing || !chosen || find('help').open || event.ctrlKey ||
        event.metaKey || event.altKey || !(event.key in actions)) {
      return;
    }
    event.preventDefault();
    actions[event.key]();
  });
  find('help-button').addEventListener('click', () =>
    find('help').showModal());
  const dark = (on) => document.documentElement.classList.toggle('dark', on);
  dark(matchMedia('(prefers-color-scheme: dark)').matches);
  find('theme').addEventListener('click', () =>
    dark(!document.documentElement.classList.contains('dark')));

  const facts = told('made-with');
  find('facts').textContent = Object.entries(facts).map(([name, value]) =>
    name + ': ' + value).join(' · ');
  slide(null);
  showVerdicts();
  if (shown.length) choose(shown[0]);
})();
