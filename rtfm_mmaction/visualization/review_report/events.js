'use strict';
// Events of a video at a threshold, as find_events has them; null for those
// that were found when it was scored.
const eventsAt = (video, threshold) => {
  if (threshold === null) return video.events;
  const low = Math.min(video.rule.low ?? .8 * threshold, threshold);
  const count = video.curve.length;
  const edge = (index) => index >= count ? video.duration :
      video.times ? video.times[index] : index * video.step;
  const events = [];
  for (let index = 0; index < count; index++) {
    if ((video.curve[index] ?? -1) < low) continue;
    const start = index;
    let best = index;
    for (; index < count && (video.curve[index] ?? -1) >= low; index++) {
      if (video.curve[index] > video.curve[best]) best = index;
    }
    const event = {start: edge(start), end: edge(index),
      peak: video.curve[best], tile: video.tiles?.[best]};
    if (event.peak < threshold) continue;
    const last = events[events.length - 1];
    if (last && event.start - last.end <= video.rule.max_gap + 1e-6) {
      last.end = event.end;
      if (event.peak > last.peak) {
        last.peak = event.peak;
        last.tile = event.tile;
      }
    } else {
      events.push(event);
    }
  }
  // Pictures are of the peaks that were found when the video was scored.
  for (const event of events) {
    event.picture = video.events.filter((scored) => scored.picture &&
      event.start <= scored.peak_time && scored.peak_time < event.end).sort(
        (a, b) => b.peak - a.peak)[0]?.picture;
  }
  return events.filter((event) =>
    event.end - event.start >= video.rule.min_length - 1e-6);
};
