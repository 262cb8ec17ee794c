// Where answers are written: signed spans that survive editing, the counter, the guard, the draft on the server.
//
// Positions are UTF-16 units here, as the text area counts, and characters (code points) on the wire.
(() => {
  const byId = (id) => document.getElementById(id);
  const phrases = () => byId("phrases").dataset;
  const GUARD_AFTER = 350, SAVE_AFTER = 700, MOST_SEEN = 200;
  const segmenter = new Intl.Segmenter();

  let form = null;          // the composer being shown
  let value = "";           // its text as last looked at
  let spans = [];           // [{wording, start, end}] in UTF-16 units
  let pending = null;       // {wording, text, from, to}: the insertion that the next input event is
  let seen = new Map();     // text → its spans, so that undo brings back the spans with the words
  let asked = 0, guardTimer = null, saveTimer = null, dirty = false;

  const area = () => byId("composer-text");
  const isNote = () => form.dataset.kind === "note";
  const visibility = () => form.querySelector("[name=visibility]:checked")?.value ?? "direct";

  // ---- positions -----------------------------------------------------------------------------------------------
  const toPoints = (text, unit) => [...text.slice(0, unit)].length;
  function toUnits(text, points) {
    let units = 0;
    for (const character of text) { if (points-- <= 0) break; units += character.length; }
    return units;
  }
  const wire = () => JSON.stringify(spans.map(({ wording, start, end }) => (
    { wording, start: toPoints(value, start), end: toPoints(value, end) })));

  // ---- spans follow the text -----------------------------------------------------------------------------------
  // One edit replaced [from, to) by `added` units. A span keeps what is left of it; an edit inside it stays inside.
  function follow(span, from, to, added) {
    const grown = added - (to - from);
    if (to <= span.start) return { ...span, start: span.start + grown, end: span.end + grown };
    if (from >= span.end) return span;
    const start = from < span.start ? from + added : span.start;
    const end = to > span.end ? from : span.end + grown;
    return { ...span, start, end };
  }

  // The caret stands where the edit ended, which tells places apart where letters repeat.
  function difference(before, after, caret) {
    const most = Math.min(before.length, after.length);
    const sameEnd = (tail) => before[before.length - 1 - tail] === after[after.length - 1 - tail];
    let from = 0, tail = 0;
    while (tail < Math.min(most, after.length - caret) && sameEnd(tail)) tail += 1;
    while (from < most - tail && before[from] === after[from]) from += 1;
    while (tail < most - from && sameEnd(tail)) tail += 1;
    return { from, to: before.length - tail, added: after.length - tail - from };
  }

  // What is inserted over words that begin or end alike is more than the difference.
  function asPending(now) {
    if (!pending) return null;
    const { from, to, text } = pending;
    return now === value.slice(0, from) + text + value.slice(to) ? { from, to, added: text.length } : null;
  }

  function edited(how = "") {
    const now = area().value;
    if (now === value) return;
    const { from, to, added } = asPending(now) ?? difference(value, now, area().selectionEnd);
    const undone = how.startsWith("history") && seen.get(now);
    spans = undone || spans.map((span) => follow(span, from, to, added)).filter((span) => span.end > span.start);
    if (pending && added > 0) {
      // Of another span, the words leave what stands before them and what stands after.
      const until = from + added;
      spans = spans.flatMap((span) => (span.end <= from || span.start >= until ? [span]
        : [{ ...span, end: from }, { ...span, start: until }].filter(({ start, end }) => end > start)));
      spans.push({ wording: pending.wording, start: from, end: until });
      spans.sort((a, b) => a.start - b.start);
    }
    pending = null;
    value = now;
    dirty = true;
    draw();
    clearTimeout(guardTimer);
    guardTimer = setTimeout(ask, GUARD_AFTER);
    saveSoon();
  }

  // Typing through the browser keeps its own undo.
  function replace(start, end, text) {
    const box = area();
    box.focus();
    box.setSelectionRange(start, end);
    const done = text === "" ? document.execCommand("delete") : document.execCommand("insertText", false, text);
    if (!done) { box.setRangeText(text, start, end, "end"); edited(); }
  }

  // ---- drawing -------------------------------------------------------------------------------------------------
  function draw(findings = []) {
    form.querySelector("[name=spans]").value = wire();
    remember();
    const layer = byId("composer-layer");
    const cuts = [...new Set([0, value.length, ...spans.flatMap((s) => [s.start, s.end]), ...findings.flatMap((f) => [f.start, f.end])])]
      .filter((cut) => cut <= value.length).sort((a, b) => a - b);
    layer.replaceChildren(...cuts.slice(0, -1).map((start, index) => piece(start, cuts[index + 1], findings)), "\u200b");
    layer.scrollTop = area().scrollTop;
    count(measure());
    for (const banner of banners()) if (!holds(wordingOf(banner))) banner.remove();
  }

  function remember() {
    seen.delete(value);
    seen.set(value, spans);
    if (seen.size > MOST_SEEN) seen.delete(seen.keys().next().value);
  }

  function piece(start, end, findings) {
    const text = document.createTextNode(value.slice(start, end));
    const finding = findings.find((one) => one.start <= start && one.end >= end);
    const signed = spans.some((one) => one.start <= start && one.end >= end);
    if (!finding && !signed) return text;
    const mark = document.createElement("mark");
    if (signed) mark.classList.add("signed-span");
    if (finding) mark.classList.add("found", `found--${finding.outcome}`);
    mark.append(text);
    return mark;
  }

  // A first count while typing; the guard's answer brings the network's own.
  function measure() {
    if (["whatsapp", "telegram", "line", "facebook", "messenger"].includes(form.dataset.network)) return value.length;
    if (form.dataset.network === "instagram") return new TextEncoder().encode(value).length;
    return [...segmenter.segment(value)].length;
  }

  function count(used, posts) {
    const limit = Number(form.dataset.limit);
    const counter = byId("counter");
    if (!limit) return;
    counter.querySelector("[data-used]").textContent = used;
    counter.dataset.thread = posts ? `1/${posts} · ` : "";
    counter.toggleAttribute("data-near", used > limit * 0.9 && used <= limit);
    counter.toggleAttribute("data-over", !posts && used > limit);
  }

  // ---- the guard -----------------------------------------------------------------------------------------------
  function payload() {
    const data = new FormData();
    data.set("text", value);
    data.set("spans", wire());
    data.set("visibility", visibility());
    data.set("purpose", form.querySelector("[name=purpose]").value);
    data.set("kind", form.dataset.kind);
    data.set("client_uuid", form.querySelector("[name=client_uuid]").value);
    data.set("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    for (const file of form.querySelectorAll("[name=file]:checked, [name=note_file]:checked")) data.append(file.name, file.value);
    for (const alt of form.querySelectorAll("[data-alt]")) data.set(alt.name, alt.value);
    return new URLSearchParams(data);
  }

  async function ask() {
    if (isNote()) return;
    const mine = form, number = ++asked;
    form.removeAttribute("data-refused");
    try {
      const answer = await fetch(form.dataset.guard, { method: "POST", body: payload(), headers: { "HX-Request": "true" } });
      if (!answer.ok || number !== asked || mine !== form) return;
      byId("findings").innerHTML = await answer.text();
    } catch { return; }
    const verdict = byId("findings").querySelector("[data-verdict]");
    draw(findingsShown());
    if (verdict?.dataset.used) count(Number(verdict.dataset.used), verdict.dataset.posts);
  }

  const findingsShown = () => [...document.querySelectorAll("#findings .finding")].map((box) => ({
    start: toUnits(value, Number(box.dataset.start)), end: toUnits(value, Number(box.dataset.end)), outcome: box.dataset.outcome,
  })).filter((finding) => finding.end > finding.start);

  // ---- signed words that may no longer go out ------------------------------------------------------------------
  const banners = () => [...byId("overtaken").children];
  const wordingOf = (banner) => Number(banner.dataset.overtaken);
  const holds = (wording) => spans.some((span) => span.wording === wording);

  // The same banners reach everybody, each with where its new words may be used: the first that fits is shown.
  function fits({ dataset: { kind, networks, people, regions, audiences, products } }) {
    const allows = (list, one, by = " ") => !list || list.split(by).includes(one);
    const { network } = form.dataset;
    const { region, audience, product } = byId("customer")?.dataset ?? {};
    return allows(kind, network) && allows(networks, network) && allows(people, document.body.dataset.user)
      && allows(regions, region, "|") && allows(audiences, audience, "|") && allows(products, product, "|");
  }

  function showOvertaken(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    for (const banner of [...template.content.children].filter((one) => holds(wordingOf(one)) && fits(one))) {
      if (!banners().some((one) => wordingOf(one) === wordingOf(banner))) byId("overtaken").append(banner);
    }
  }

  async function lookForOvertaken() {
    if (!spans.length || isNote()) return;
    const mine = form;
    try {
      const answer = await fetch(`${form.dataset.overtakenUrl}?${new URLSearchParams({ spans: wire() })}`, { headers: { "HX-Request": "true" } });
      if (answer.ok && mine === form) showOvertaken(await answer.text());
    } catch { /* the next resync asks again */ }
  }

  function takeNew(banner) {
    const text = filled(banner.dataset.text), wording = Number(banner.dataset.replacement);
    for (let old; (old = spans.find((span) => span.wording === wordingOf(banner)));) {
      spans = spans.filter((span) => span !== old);
      replace(old.start, old.end, text);
      spans.push({ wording, start: old.start, end: old.start + text.length });
      spans.sort((a, b) => a.start - b.start);
    }
    draw();
  }

  // A fix that brings signed words brings their span; what it replaces takes its spans along.
  function apply({ fix, fixStart, fixEnd, fixWording }) {
    const start = toUnits(value, Number(fixStart)), end = toUnits(value, Number(fixEnd));
    const text = fixWording ? filled(fix) : fix;
    if (fixWording) spans = spans.filter((span) => span.end <= start || span.start >= end);
    replace(start, end, text);
    if (!fixWording) return;
    spans.push({ wording: Number(fixWording), start, end: start + text.length });
    spans.sort((a, b) => a.start - b.start);
    draw();
  }

  // ---- the draft -----------------------------------------------------------------------------------------------
  function saveSoon() {
    byId("draft-state").textContent = phrases().saving;
    clearTimeout(saveTimer);
    saveTimer = setTimeout(save, SAVE_AFTER);
  }

  async function save() {
    clearTimeout(saveTimer);
    if (!form?.isConnected || !dirty) return;
    const mine = form;
    dirty = false;
    let saved = false, why = "";
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: payload(), keepalive: true });
      saved = answer.ok;
      if (answer.status === 409) why = await answer.text();
    } catch { /* said below */ }
    if (!saved) dirty = true;
    // What could not be kept stays on the screen, also where nothing more is to be written.
    mine.toggleAttribute("data-unsaved", !saved);
    if (mine.isConnected) byId("draft-state").textContent = saved ? phrases().saved : why || phrases().unsaved;
  }

  // ---- what people do ------------------------------------------------------------------------------------------
  function filled(text) {
    const name = (form.dataset.name ?? "").split(" ")[0];
    return name ? text.replaceAll("{name}", name) : text;
  }

  // Puts text where the cursor is and returns where that begins; `wording` says which signed words it is, if any.
  function put(text, wording) {
    const box = area();
    const before = value.slice(0, box.selectionStart);
    if (before && !/\s$/.test(before) && !/^\s/.test(text)) replace(box.selectionStart, box.selectionEnd, " ");
    const start = box.selectionStart;
    if (wording) pending = { wording, text, from: start, to: box.selectionEnd };
    replace(start, box.selectionEnd, text);
    return start;
  }

  function selectBlank(start) {
    const box = area();
    const blank = value.slice(start, box.selectionEnd).match(/\{[^}]+\}/);
    if (blank) box.setSelectionRange(start + blank.index, start + blank.index + blank[0].length);
  }

  // What a macro says is added: what is selected stays.
  function putPieces(pieces) {
    if (!form || !pieces.length || isNote() && !become("reply")) return;
    area().setSelectionRange(area().selectionEnd, area().selectionEnd);
    const [start] = pieces.map(({ text, wording }) => put(filled(text), wording));
    selectBlank(start);
    document.dispatchEvent(new CustomEvent("live:announce", { detail: `${phrases().inserted}: ${pieces.map(({ text }) => filled(text)).join(" ")}` }));
  }

  function insert(card) {
    if (!form || isNote() && !become("reply")) return;
    const text = filled(card.dataset.text);
    selectBlank(put(text, Number(card.dataset.wording)));
    card.classList.remove("suggestion--used");
    requestAnimationFrame(() => card.classList.add("suggestion--used"));
    document.dispatchEvent(new CustomEvent("live:announce", { detail: `${phrases().inserted}: ${text}` }));
  }

  // A reply and a note never share a text: what was meant for colleagues must not go out.
  function become(kind) {
    if (form.dataset.kind === kind) return true;
    const tab = form.querySelector(kind === "note" ? "[name=visibility][value=note]" : "[name=visibility]:not([value=note])");
    if (!tab) return false;
    save();
    const other = byId("composer-other");
    const kept = { text: value, spans };
    form.dataset.kind = kind;
    seen = new Map();
    area().value = other.value;
    value = other.value;
    spans = kind === "reply" ? other.keptSpans ?? [] : [];
    other.value = kept.text;
    if (kept.spans.length) other.keptSpans = kept.spans;
    byId("findings").replaceChildren();
    draw();
    lookForOvertaken();
    // Colleagues are written to in one's own language.
    area().lang = kind === "reply" ? area().dataset.language ?? "" : document.documentElement.lang;
    document.dispatchEvent(new CustomEvent("composer:kind"));
    if (kind === "note" || visibility() === "note") tab.checked = true;
    return true;
  }

  function start() {
    const shown = byId("composer");
    if (!shown || shown === form) return;
    // What was still to be asked of the guard was about the text before: its answer would take a refusal's place.
    clearTimeout(guardTimer);
    form = shown;
    seen = new Map();
    value = area().value;
    dirty = false;
    spans = JSON.parse(form.querySelector("[name=spans]").value || "[]").map((span) => (
      { wording: span.wording, start: toUnits(value, span.start), end: toUnits(value, span.end) }));
    draw(findingsShown());
    area().setSelectionRange(value.length, value.length);
    area().addEventListener("scroll", () => { byId("composer-layer").scrollTop = area().scrollTop; });
  }

  document.addEventListener("input", (event) => { if (event.target.id === "composer-text") edited(event.inputType); });
  document.addEventListener("change", (event) => {
    if (event.target.matches("#composer [data-tab]")) {
      become(event.target.value === "note" ? "note" : "reply");
      dirty = true;
      ask();
      area().focus();
    } else if (event.target.matches("#composer [name=purpose]")) {
      ask();
      if (value) { dirty = true; saveSoon(); }
    } else if (event.target.id === "send-on") form.toggleAttribute("data-later", event.target.value !== "");
  });
  // What the browser has against a time that is half entered is seen where it stands.
  document.addEventListener("invalid", ({ target }) => target.closest("details")?.setAttribute("open", ""), true);
  document.addEventListener("click", (event) => {
    const fix = event.target.closest("[data-fix]");
    if (fix) apply(fix.dataset);
    const taken = event.target.closest("[data-take-new]");
    if (taken) takeNew(taken.closest("[data-overtaken]"));
    const use = event.target.closest("[data-insert]");
    if (use) insert(use.closest("[data-wording]"));
  });
  document.addEventListener("composer:insert", ({ detail }) => {
    const card = document.querySelector(`.suggestion[data-key="${detail}"]`);
    if (card) insert(card);
  });
  document.addEventListener("composer:files", ask);
  document.addEventListener("composer:put", ({ detail }) => putPieces(detail));
  document.addEventListener("composer:key", ({ detail }) => {
    if (!form?.checkVisibility()) return;
    become(detail);
    area().focus();
  });

  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.sourceElement !== form || event.defaultPrevented) return;
    clearTimeout(saveTimer);
    dirty = false;
    const handedOver = ctx.sourceEvent?.submitter?.getAttribute("formaction");
    ctx.request.action = handedOver ?? (isNote() ? form.dataset.note : form.dataset.reply);
  });
  document.addEventListener("live:overtaken", ({ detail }) => { if (form?.isConnected) showOvertaken(detail); });
  document.addEventListener("live:resync", () => { if (form?.isConnected) lookForOvertaken(); });
  for (const moment of ["customer:described", "live:begun", "live:incident"]) {
    document.addEventListener(moment, () => {
      if (!form?.isConnected || !value) return;
      // Why it was refused stays on the screen until something is changed.
      if (!form.hasAttribute("data-refused")) ask();
      lookForOvertaken();
    });
  }
  document.addEventListener("ticket:leave", save);
  window.addEventListener("pagehide", save);
  // What could not be saved goes up as soon as the site is there again; leaving before that is asked about.
  document.addEventListener("live:state", ({ detail }) => { if (detail !== "offline" && dirty) save(); });
  window.addEventListener("beforeunload", (event) => {
    if (dirty && document.documentElement.dataset.live === "offline") event.preventDefault();
  });
  document.addEventListener("htmx:after:swap", start);
  start();
})();
