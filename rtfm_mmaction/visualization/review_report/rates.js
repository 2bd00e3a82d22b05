// What some hours of video say of a rate of events, in the words of
// evaluation.functional.alarm_rates.
const rates = (() => {
  // Probability of so many events or fewer where a number is the mean.
  const atMost = (most, mean) => {
    let logs = -mean;
    for (let count = 1; count <= most; count++) {
      logs += Math.log(mean / count);
    }
    let [sum, term] = [0, 1];
    for (let count = most; count >= 0 && term > 1e-17 * sum; count--) {
      sum += term;
      term *= count / mean;
    }
    return Math.exp(logs) * sum;
  };
  // The mean with which so many events or fewer have a probability.
  const meanOf = (most, probability) => {
    // Six deviations to both sides; a mean of 0.01 is never in question.
    const wide = 6 * Math.sqrt(most + 1) + 1;
    let [low, high] = [Math.max(most - wide, .01), most + 1 + wide];
    for (let turn = 0; turn < 50; turn++) {
      const middle = (low + high) / 2;
      if (atMost(most, middle) > probability) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  };
  // Means of which so many events are not improbable, of 95%, exact.
  const interval = (events) =>
    [events ? meanOf(events - 1, .975) : 0, meanOf(events, .025)];

  // Three digits, and no exponent for the thousands.
  const short = (number) => String(Number(number.toPrecision(3)));
  const many = (count, one, more) => count + ' ' + (count === 1 ? one : more);
  const inHours = (hours) => short(hours) + (hours === 1 ? ' hour' :
      ' hours') + (hours < 1 ? ' (' + (hours * 3600).toFixed(0) + ' s)' : '');

  // What a threshold gives on the videos whose labels are known.
  const words = (videos, countOf) => {
    const known = videos.filter((video) => video.curve.length);
    const abnormal = known.filter((video) => video.abnormal === 1);
    const normal = known.filter((video) => video.abnormal === 0);
    const said = [];
    if (abnormal.length) {
      const found = abnormal.filter(countOf).length;
      said.push(found + ' of ' + many(abnormal.length, 'abnormal video has',
          'abnormal videos have') + ' an event (' +
          (100 * found / abnormal.length).toFixed(0) + '%)');
    }
    const hours = normal.reduce((sum, video) => sum + video.duration, 0) /
        3600;
    if (hours > 0) {
      const events = normal.reduce((sum, video) => sum + countOf(video), 0);
      const [low, high] = interval(events).map((mean) => mean / hours);
      said.push(many(events, 'false alarm', 'false alarms') + ' in ' +
          inHours(hours) + ' of normal video: ' + short(events / hours) +
          ' an hour (' + short(24 * events / hours) +
          ' a camera and day), with 95% confidence ' + short(low) + ' to ' +
          short(high) + ' an hour');
    }
    return said;
  };
  return {interval, words};
})();
