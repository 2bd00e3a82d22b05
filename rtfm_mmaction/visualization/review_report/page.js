'use strict';
(() => {
  const videos = JSON.parse(document.getElementById('data').textContent);
  const find = (id) => document.getElementById(id);
  const player = find('player');
  const svg = find('curve');
  let order = {key: 'peak', down: true};
  let shown = [];
  let chosen = null;
  let current = -1;
  let seek = null;  // seconds to go to once the player knows the video

  const clock = (seconds) => {
    const whole = Math.floor(seconds + 1e-6);
    const two = (number) => String(number).padStart(2, '0');
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor(whole / 60) % 60;
    return (hours ? hours + ':' + two(minutes) : minutes) + ':' +
        two(whole % 60);
  };
  const narrow = () => innerWidth <= 760;  // as in the style
  const score = (value) => value === null ? '–' : value.toFixed(3);
  const make = (kind, text, parent) => {
    const element = document.createElement(kind);
    if (text !== undefined) element.textContent = text;
    if (parent) parent.append(element);
    return element;
  };

  // The table.
  const compare = (a, b) => {
    const value = (video) => order.key === 'events' ? video.events.length :
        order.key === 'peak' && video.peak === null ? -1 : video[order.key];
    const [x, y] = [value(a), value(b)];
    const sign = typeof x === 'string' ? x.localeCompare(y) : x - y;
    return order.down ? -sign : sign;
  };
  const list = () => {
    const text = find('search').value.toLowerCase();
    const least = Number(find('least').value);
    find('least-shown').textContent = least.toFixed(2);
    shown = videos.filter((video) =>
      video.name.toLowerCase().includes(text) &&
      (least === 0 || (video.peak ?? -1) >= least)).sort(compare);
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
      make('td', scored ? video.events.length : '–', row);
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
    chosen.events.forEach((event) =>
      span(event.start, event.end, 0, 100, 'event'));
    chosen.known.forEach(([start, end]) => span(start, end, 95, 5, 'known'));
    if (chosen.threshold !== null && chosen.threshold <= 1) {
      draw('line', {x1: 0, x2: 1000, y1: up(chosen.threshold),
        y2: up(chosen.threshold), class: 'threshold'});
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
    const parts = narrow() ? 4 : 8;
    for (let index = 0; index <= parts; index++) {
      const at = chosen.duration * index / parts;
      const label = make('span', moment(at), ticks);
      label.style.left = (100 * index / parts) + '%';
    }
  };
  const move = () => {
    const head = find('head');
    if (!head || !chosen) return;
    head.setAttribute('x1', across(player.currentTime));
    head.setAttribute('x2', across(player.currentTime));
  };
  const go = (seconds) => {
    if (player.readyState > 0) player.currentTime = seconds;
    else seek = seconds;
    const head = find('head');
    head.setAttribute('x1', across(seconds));
    head.setAttribute('x2', across(seconds));
  };
  const mark = (index) => {
    current = index;
    [...find('events').querySelectorAll('button')].forEach((button, at) =>
      button.setAttribute('aria-current', at === index));
  };
  const jump = (index) => {
    mark(index);
    go(chosen.events[index].start);
    find('events').children[index].scrollIntoView({block: 'nearest'});
  };
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
    const events = find('events');
    events.replaceChildren();
    video.events.forEach((event, index) => {
      const button = make('button', undefined, make('li', undefined, events));
      button.type = 'button';
      if (event.picture) {
        const picture = make('img', undefined, button);
        picture.src = event.picture;
        picture.alt = '';
      }
      make('span', moment(event.start) + ' – ' + moment(event.end), button);
      make('small', 'peak ' + score(event.peak), button);
      button.addEventListener('click', (click) => {
        jump(index);
        // By mouse: the next key is for the player. By keyboard focus stays.
        if (click.detail > 0) button.blur();
      });
    });
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
      move();
    }
  });

  // Filters, keys, light and dark.
  find('search').addEventListener('input', list);
  find('least').addEventListener('input', list);
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
  const actions = {
    j: () => current + 1 < chosen.events.length && jump(current + 1),
    k: () => current > 0 && jump(current - 1),
    n: () => neighbour(1),
    p: () => neighbour(-1),
    ' ': () => player.paused ? player.play().catch(() => {}) : player.pause(),
    ArrowLeft: () => go(Math.max(player.currentTime - 1, 0)),
    ArrowRight: () => go(player.currentTime + 1),
    '/': () => find('search').focus(),
    '?': () => find('help').showModal(),
  };
  addEventListener('keydown', (event) => {
    const busy = ['INPUT', 'BUTTON', 'VIDEO'].includes(event.target.tagName);
    const typing = event.target.id === 'search' ||
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

  list();
  if (shown.length) choose(shown[0]);
})();
