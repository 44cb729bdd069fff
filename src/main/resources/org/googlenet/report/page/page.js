// Draws the plots of the page by uPlot from the values in the element "plots".
(() => {
  'use strict';
  const plots = JSON.parse(document.getElementById('plots').textContent);
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
  const short = value => value == null ? '' : String(+value.toPrecision(4));

  const axis = grid => ({
    stroke: colour('text'),
    font: '12px system-ui, sans-serif',
    grid: { show: grid, stroke: colour('grid'), width: 1 },
    ticks: { stroke: colour('grid'), width: 1 },
  });

  // The series of uPlot, and its columns: each curve, and the two ends of its intervals behind it.
  function lines(plot) {
    const series = [{ label: 'round' }], bands = [], tables = [];
    for (const one of plot.series) {
      const stroke = colour('c' + one.colour % 8);
      const few = one.x.length < 60 && !one.dashed;
      series.push({
        label: one.name, stroke, width: 2, spanGaps: true, dash: one.dashed ? [6, 4] : undefined,
        points: { show: few || one.x.length === 1, size: 5, fill: stroke }, value: (u, v) => short(v),
      });
      if (one.low) {
        const end = { stroke: 'transparent', width: 0, spanGaps: true, points: { show: false } };
        series.push({ label: one.name + ' high', ...end }, { label: one.name + ' low', ...end });
        bands.push({ series: [series.length - 2, series.length - 1], fill: stroke + '30' });
        tables.push([one.x, one.y, one.high, one.low]);
      } else {
        tables.push([one.x, one.y]);
      }
    }
    return { series, bands, data: tables.length > 1 ? uPlot.join(tables) : tables[0] };
  }

  // Bars on top of one another: the highest sum is drawn first, the others over it.
  function stacked(plot) {
    const x = plot.series[0].x, sums = [];
    let below = x.map(() => 0);
    for (const one of plot.series) {
      below = below.map((sum, i) => sum + one.y[i]);
      sums.push(below);
    }
    const order = plot.series.map((one, i) => i).reverse();
    const paths = uPlot.paths.bars({ size: [0.85, 60] });
    const series = [{ label: 'round' }].concat(order.map(i => {
      const fill = colour('c' + plot.series[i].colour % 10);
      return { label: plot.series[i].name, fill, stroke: fill, width: 0, paths, points: { show: false },
        value: (u, v, s, at) => short(at == null ? null : plot.series[i].y[at]) };
    }));
    return { series, bands: [], data: [x].concat(order.map(i => sums[i])) };
  }

  function draw(plot) {
    const place = document.getElementById(plot.id);
    const { series, bands, data } = plot.kind === 'stacked' ? stacked(plot) : lines(plot);
    place.replaceChildren();
    const width = Math.max(place.clientWidth, 200);
    const range = (u, low, high) => {
      const room = plot.kind === 'stacked' ? 0.6 : 0;
      return low === high ? [low - 1, high + 1] : [low - room, high + room];
    };
    const y = plot.kind === 'logarithmic' ? { distr: 3 } : plot.kind === 'stacked' ? { range: (u, low, high) => [0, high * 1.05 || 1] } : {};
    const made = new uPlot({
      width, height: 240, series, bands,
      legend: { live: true, markers: { dash: (u, i) => series[i].dash ? 'dashed' : 'solid' } },
      scales: { x: { time: false, range }, y },
      axes: [
        { ...axis(false), label: 'round', labelSize: 18, labelFont: '12px system-ui, sans-serif', size: 34, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 1000000] },
        { ...axis(true), size: 56, values: (u, all) => all.map(short) },
      ],
      cursor: { sync: { key: 'rounds' }, points: { size: 6 } },
    }, data, place);
    // The ends of intervals need no legend.
    made.root.querySelectorAll('.u-series').forEach((row, i) => {
      if (series[i].stroke === 'transparent') row.hidden = true;
    });
    return made;
  }

  let drawn = [];
  const drawAll = () => {
    drawn.forEach(one => one.destroy());
    drawn = plots.map(draw);
  };
  drawAll();
  document.documentElement.dataset.drawn = drawn.length;
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  matchMedia('print').addEventListener('change', drawAll);
  let width = document.documentElement.clientWidth;
  addEventListener('resize', () => {
    if (document.documentElement.clientWidth !== width) {
      width = document.documentElement.clientWidth;
      drawn.forEach((one, i) => one.setSize({ width: document.getElementById(plots[i].id).clientWidth, height: 240 }));
    }
  });
})();
