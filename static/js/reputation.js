/* Draws the charts of the reputation page from the data beside them; without it, their tables say the same. */
(() => {
  "use strict";
  const HEIGHT = 220;
  const HOUR = 3600;
  const drawn = new Map();

  // Colours as the theme has them: read off an element that wears the tone's class.
  const tone = (name) => {
    const probe = document.createElement("span");
    probe.className = `chart__tone--${name}`;
    document.body.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  };

  const shown = (unit, number) => {
    if (number === null || number === undefined) return "–";
    const digits = unit === "time" && number < 10 ? 1 : 0;
    const text = number.toLocaleString(document.documentElement.lang, { maximumFractionDigits: digits });
    return unit === "share" ? `${text} %` : text;
  };

  const options = (data, width) => {
    const ink = tone("ink");
    const grid = { stroke: tone("line"), width: 1 };
    const axis = { stroke: ink, grid, ticks: grid, font: "12px Inter, sans-serif" };
    return {
      width,
      height: HEIGHT,
      scales: { x: { time: false }, y: { range: (_plot, _low, high) => [0, data.unit === "share" ? 100 : Math.max(high * 1.1, 1)] } },
      axes: [
        { ...axis, space: 80, incrs: [1, 2, 3, 5, 7, 10, 14, 20, 30, 60], values: (_plot, places) => places.map((at) => data.points[at] ?? "") },
        { ...axis, size: 52, values: (_plot, numbers) => numbers.map((number) => shown(data.unit, number)) },
      ],
      series: [
        { value: (_plot, at) => (at === null ? "" : data.points[at] ?? "") },
        ...data.series.map((one) => ({
          label: one.label,
          stroke: tone(one.tone),
          width: 2,
          spanGaps: true,
          points: { size: 5 },
          value: (_plot, number) => shown(data.unit, number),
        })),
      ],
    };
  };

  const draw = (place) => {
    const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    const lines = data.series.map((one) => (data.unit === "time" ? one.numbers.map((n) => (n === null ? null : n / HOUR)) : one.numbers));
    drawn.get(place)?.destroy();
    place.replaceChildren();
    const width = place.closest(".chart").clientWidth - 32;
    drawn.set(place, new window.uPlot(options(data, width), [data.points.map((_point, at) => at), ...lines], place));
  };

  const drawAll = () => document.querySelectorAll("[data-chart]").forEach(draw);
  drawAll();
  let waiting = 0;
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(drawAll, 120);
  };
  window.addEventListener("resize", later);
  new MutationObserver(later).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", later);
})();
