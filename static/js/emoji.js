// Emoji where one writes: a picker with names in the reader's language, and :short codes completed while typing.
// The list is fetched when it is first wanted, never with the page.
(() => {
  const byId = (id) => document.getElementById(id);
  const CODE = /(?:^|[\s(])(:([a-z0-9_+-]{2,30}):?)$/i;
  const MOST_CODES = 6, MOST_RECENT = 16, RECENT = "emoji-recent";
  let known = null;                   // {groups, emoji: [[emoji, name, group, words, codes], …]}, once fetched
  let from = 0, asked = 0;

  const area = () => byId("composer-text");
  const panel = () => byId("emoji");
  const search = () => byId("emoji-text");
  const grid = () => byId("emoji-list");
  const codes = () => byId("emoji-codes");
  const isOpen = () => panel()?.hidden === false;
  const shown = () => [...grid().querySelectorAll("[role=option]")];
  const chosen = (box) => box.querySelector("[aria-selected=true]");

  async function load() {
    const answer = known ?? await (await fetch(panel().dataset.url)).json();
    known = answer;
    return answer;
  }

  function recent() {
    try { return JSON.parse(localStorage.getItem(RECENT) ?? "[]"); } catch { return []; }
  }

  function remember(emoji) {
    try { localStorage.setItem(RECENT, JSON.stringify([emoji, ...recent().filter((one) => one !== emoji)].slice(0, MOST_RECENT))); } catch { /* a browser that keeps nothing */ }
  }

  function put(emoji, start, end) {
    const box = area();
    box.focus();
    box.setSelectionRange(start, end);
    document.execCommand("insertText", false, emoji);
    remember(emoji);
  }

  function option(id, emoji, name, content) {
    const one = document.createElement("div");
    one.id = id;
    one.setAttribute("role", "option");
    one.setAttribute("aria-selected", "false");
    one.setAttribute("aria-label", name);
    one.title = name;
    one.dataset.emoji = emoji;
    one.append(...content);
    return one;
  }

  function choose(box, controlled, one) {
    chosen(box)?.setAttribute("aria-selected", "false");
    if (!one) { controlled.removeAttribute("aria-activedescendant"); return; }
    one.setAttribute("aria-selected", "true");
    controlled.setAttribute("aria-activedescendant", one.id);
    one.scrollIntoView({ block: "nearest" });
  }

  // ---- the picker ------------------------------------------------------------------------------------------------
  function group(name, rows, number) {
    const box = document.createElement("div");
    box.className = "emoji__group";
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", name);
    const title = document.createElement("span");
    title.className = "emoji__title";
    title.setAttribute("aria-hidden", "true");
    title.textContent = name;
    box.append(title, ...rows.map(([emoji, called], index) => option(`emoji-${number}-${index}`, emoji, called, [emoji])));
    return box;
  }

  function matching(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = ([emoji, name, , tags, short]) => words.every((word) => `${emoji} ${name} ${tags} ${short}`.toLowerCase().includes(word));
    return known.emoji.filter(fits);
  }

  function draw() {
    const text = search().value.trim();
    const groups = [];
    if (text) {
      const found = matching(text);
      if (found.length) groups.push(group(panel().dataset.found, found.slice(0, 120), "f"));
    } else {
      const used = recent().map((one) => known.emoji.find(([emoji]) => emoji === one)).filter(Boolean);
      if (used.length) groups.push(group(panel().dataset.recent, used, "r"));
      known.groups.forEach((name, place) => groups.push(group(name, known.emoji.filter((one) => one[2] === place), place)));
    }
    grid().replaceChildren(...groups);
    if (!groups.length) grid().textContent = panel().dataset.none;
    choose(grid(), search(), shown()[0]);
  }

  async function open() {
    const mine = panel();
    closeCodes();
    mine.hidden = false;
    byId("composer").querySelector("[data-emoji-picker]").setAttribute("aria-expanded", "true");
    search().value = "";
    search().focus();
    try { await load(); } catch { close(); document.dispatchEvent(new CustomEvent("page:toast", { detail: { text: byId("phrases").dataset.error, kind: "error" } })); return; }
    if (mine === panel() && isOpen()) draw();
  }

  function close() {
    if (!isOpen()) return;
    panel().hidden = true;
    grid().replaceChildren();
    byId("composer").querySelector("[data-emoji-picker]").setAttribute("aria-expanded", "false");
    area().focus();
  }

  function pick(one, stay) {
    const box = area(), place = [box.selectionStart, box.selectionEnd];
    if (!stay) close();
    put(one.dataset.emoji, ...place);
    if (stay) search().focus();
  }

  // Up and down go to what stands there on the screen: rows are as long as the panel is wide.
  function beside(one, step) {
    const all = shown(), here = one.getBoundingClientRect();
    if (Math.abs(step) === 1) return all[(all.indexOf(one) + step + all.length) % all.length];
    const down = step > 0, middle = here.left + here.width / 2;
    const rows = (down ? all.slice(all.indexOf(one) + 1) : all.slice(0, all.indexOf(one)).reverse());
    let top = null, best = null, far = Infinity;
    for (const other of rows) {
      const there = other.getBoundingClientRect();
      if (Math.abs(there.top - here.top) < 4) continue;
      if (top !== null && Math.abs(there.top - top) > 4) break;
      top = there.top;
      const distance = Math.abs(there.left + there.width / 2 - middle);
      if (distance < far) { far = distance; best = other; }
    }
    return best ?? one;
  }

  // ---- short codes -----------------------------------------------------------------------------------------------
  function closeCodes() {
    asked += 1;
    if (!codes() || codes().hidden) return;
    codes().hidden = true;
    codes().replaceChildren();
    area().removeAttribute("aria-activedescendant");
  }

  async function look() {
    const box = area();
    const before = box.value.slice(0, box.selectionStart);
    const found = before.match(CODE), number = ++asked;
    if (!found) { closeCodes(); return; }
    try { await load(); } catch { return; }
    if (number !== asked || box !== area()) return;
    from = before.length - found[1].length;
    const typed = found[2].toLowerCase();
    const named = known.emoji.flatMap(([emoji, name, , , short]) => short.split(" ").filter((code) => code.includes(typed)).map((code) => ({ emoji, name, code })));
    const whole = found[1].endsWith(":") && named.find(({ code }) => code === typed);
    if (whole) { closeCodes(); put(whole.emoji, from, before.length); return; }
    if (found[1].endsWith(":") || !named.length) { closeCodes(); return; }
    named.sort((a, b) => b.code.startsWith(typed) - a.code.startsWith(typed) || a.code.length - b.code.length);
    codes().replaceChildren(...named.slice(0, MOST_CODES).map(({ emoji, name, code }, index) => {
      const one = option(`emoji-code-${index}`, emoji, name, [`${emoji}  :${code}:`]);
      one.className = "emoji__code";
      return one;
    }));
    codes().hidden = false;
    choose(codes(), area(), codes().firstElementChild);
  }

  function complete(one) {
    const end = area().selectionStart;
    closeCodes();
    put(one.dataset.emoji, from, end);
  }

  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-emoji-picker]")) { if (isOpen()) close(); else open(); return; }
    const one = target.closest("#emoji-list [role=option]");
    if (one) pick(one);
    else if (isOpen() && !target.closest("#emoji")) close();
  });
  document.addEventListener("pointerdown", (event) => {
    const one = event.target.closest?.(".emoji__code");
    if (one) { event.preventDefault(); complete(one); }
  });
  document.addEventListener("input", ({ target }) => {
    if (target.id === "emoji-text" && known) draw();
    if (target.id === "composer-text") look();
  });
  document.addEventListener("focusout", ({ target }) => { if (target.id === "composer-text") setTimeout(closeCodes, 150); });

  function inPicker(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 2, ArrowUp: -2 }[event.key];
    const now = chosen(grid());
    if (step && now && !(Math.abs(step) === 1 && search().value)) choose(grid(), search(), beside(now, step));
    else if (event.key === "Enter" && event.target === search()) { if (now) pick(now, event.shiftKey); }
    else if (event.key === "Escape") close();
    else { event.stopPropagation(); return; }
    event.preventDefault();
    event.stopPropagation();
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (isOpen() && event.target.closest?.("#emoji")) { inPicker(event); return; }
    if (event.target.id !== "composer-text" || codes()?.hidden !== false) return;
    const all = [...codes().children], step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose(codes(), area(), all[(all.indexOf(chosen(codes())) + step + all.length) % all.length]);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey) complete(chosen(codes()));
    else if (event.key === "Escape") closeCodes();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
})();
