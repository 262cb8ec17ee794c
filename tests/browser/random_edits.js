// Edits the open composer at random and follows each character of signed words by itself; returns what was
// found wrong, and some of the texts with their spans as they would be sent.
(seed, words, steps) => {
  const area = document.getElementById("composer-text");
  const wire = () => JSON.parse(document.querySelector("#composer [name=spans]").value || "[]");
  const wrong = [], sent = [], log = [], segmenter = new Intl.Segmenter();
  // Undo goes back further than this run.
  const known = (window.knownTexts ??= new Map());
  let model = [];   // one entry a UTF-16 unit: the wording whose character it is, or 0

  let state = seed;
  const random = (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
  const pick = (list) => list[random(list.length)];

  // A place between what people see as characters; half of the time one where a span begins or ends: that is where
  // it goes wrong.
  function edge() {
    const places = [...segmenter.segment(area.value)].map(({ index }) => index).concat(area.value.length);
    const ends = wire().flatMap(({ start, end }) => [start, end]);
    if (!ends.length || random(2)) return pick(places);
    const end = [...area.value].slice(0, pick(ends)).join("").length;
    return places.findLast((place) => place <= end);
  }
  function put(from, to, text, tag) {
    model.splice(from, to - from, ...Array(text.length).fill(tag));
    log.push(`${from}-${to}: ${text}`);
  }

  const cards = words.map(({ wording, text }) => {
    const card = document.createElement("li");
    card.className = "suggestion";
    Object.assign(card.dataset, { wording, text });
    card.innerHTML = '<button type="button" data-insert></button>';
    document.body.append(card);
    return { card, wording, text };
  });

  const OPS = {
    type() {
      const at = edge(), text = pick(["a", "aa", " ", "é", "🎉", "\n", "שלום", "e\u0301", "{name}"]);
      area.setSelectionRange(at, at);
      put(at, at, text, 0);
      document.execCommand("insertText", false, text);
    },
    replace() {
      const [from, to] = [edge(), edge()].sort((a, b) => a - b), text = pick(["x", "aa a", "👩‍👩‍👧", "مرحبا\nبك", "a long paste, 🎉 and more"]);
      area.setSelectionRange(from, to);
      put(from, to, text, 0);
      document.execCommand("insertText", false, text);
    },
    remove() {
      const [from, to] = [edge(), edge()].sort((a, b) => a - b);
      if (from === to) return;
      area.setSelectionRange(from, to);
      put(from, to, "", 0);
      document.execCommand("delete");
    },
    insert() {
      const [from, to] = random(3) ? Array(2).fill(edge()) : [edge(), edge()].sort((a, b) => a - b);
      const { card, wording, text } = pick(cards);
      area.setSelectionRange(from, to);
      let at = from, until = to;
      const before = area.value.slice(0, from);
      if (before && !/\s$/.test(before)) {
        const spaced = `${before} ${area.value.slice(to)}`;
        put(from, to, " ", 0);
        known.set(spaced, [...model]);
        at = until = from + 1;
      }
      put(at, until, text, wording);
      card.firstChild.click();
    },
    undo() { again("undo"); },
    redo() { again("redo"); },
  };
  function again(command) {
    const before = area.value;
    document.execCommand(command);
    if (area.value === before) return;
    log.push(command);
    if (known.has(area.value)) model = [...known.get(area.value)];
    else wrong.push(`${command} to a text that never was`);
  }

  function check() {
    const spans = wire(), points = [...area.value], units = [0];
    for (const point of points) units.push(units.at(-1) + point.length);
    let last = 0;
    if (model.length !== area.value.length) wrong.push(`the test itself lost count: ${model.length} of ${JSON.stringify(area.value)}`);
    for (const { wording, start, end } of spans) {
      if (!(last <= start && start < end && end <= points.length)) wrong.push(`a span ${start}-${end} of ${points.length}, after ${last}`);
      last = end;
      const inside = model.slice(units[start], units[end]);
      if (inside.some((tag) => tag && tag !== wording)) wrong.push(`a span of ${wording} holds other signed words`);
    }
    for (const [at, tag] of model.entries()) {
      const held = spans.some(({ wording, start, end }) => wording === tag && units[start] <= at && at < units[end]);
      if (tag && !held) { wrong.push(`signed character ${at} of “${area.value}” has no span`); break; }
    }
    if (wrong.length) wrong.push(log.slice(-4).join(" | "));
  }

  area.focus();
  known.set(area.value, [...model]);
  for (let step = 0; step < steps && !wrong.length; step += 1) {
    OPS[pick(["type", "type", "replace", "remove", "insert", "insert", "undo", "redo"])]();
    known.set(area.value, [...model]);
    check();
    if (step % 5 === 4) sent.push({ text: area.value, spans: wire() });
  }
  for (const { card } of cards) card.remove();
  area.setSelectionRange(0, area.value.length);
  document.execCommand("delete");
  return { wrong, sent };
}
