// The list of tickets: which row belongs, where it stands, what is selected, which ticket is open.
(() => {
  const body = document.body;
  const byId = (id) => document.getElementById(id);
  const phrases = () => byId("phrases").dataset;
  const waiting = new Map();   // rows that arrived while the agent was scrolled away, by number
  let overList = false;

  const rows = () => [...document.querySelectorAll(".ticket-row")];
  const rowOf = (number) => byId(`ticket-${number}`);
  const openNumber = () => Number(byId("ticket")?.dataset.number) || null;

  // What the log says, or what stands on a row.
  const isSpam = (now) => now.spam === true || now.spam === "yes";
  // The same rules as inbox/queries/lists.py.
  const VIEWS = {
    mine: (now) => now.status === "open" && String(now.assignee ?? "") === body.dataset.user,
    unassigned: (now) => now.status === "open" && (now.assignee ?? "") === "",
    due: (now) => Number(now.due ?? 0) > 0 && now.status !== "resolved",
    open: (now) => now.status === "open",
    snoozed: (now) => now.status === "snoozed",
    resolved: (now) => now.status === "resolved" && !isSpam(now),
    spam: (now) => isSpam(now),
    search: (now) => Boolean(rowOf(now.number)),   // what was found stays, as it is now
  };
  // What the rail is narrowed to: as inbox/queries/brands.py.
  const ofBrand = (now) => [String(now.brand), ""].includes(byId("rail").dataset.brand);
  const mayShow = (now) => body.dataset.teams === "*" || body.dataset.teams.split(" ").includes(String(now.team))
    || String(now.assignee ?? "") === body.dataset.user;
  // Of a saved view the server says which tickets stand in it; until it does, those that are shown stay.
  const isMine = (now) => String(now.assignee ?? "") === body.dataset.user;
  const fitsMe = (now) => ({ yes: isMine(now), no: !isMine(now) })[byId("ticket-list")?.dataset.mine] ?? true;
  const holds = (view, now, views) => (views ? views.includes(Number(view.slice(1))) && fitsMe(now) : Boolean(rowOf(now.number)));
  const belongs = (now, view, views) => Boolean(now) && mayShow(now) && ofBrand(now) && (VIEWS[view] ? VIEWS[view](now) : holds(view, now, views));

  // What a view is ordered by, the greatest first: the newest message, or the deadline that comes first.
  const orderKey = () => (body.dataset.view === "due" ? "dueAt" : "order");
  const orderOf = (row) => Number(row.dataset[orderKey()]) * (orderKey() === "dueAt" ? -1 : 1);

  // The same rules as inbox/queries/filters.py; what the list is narrowed to stands on its filter menu.
  function passes(now) {
    const { sentiment, urgency, language, topic } = byId("filters")?.dataset ?? {};
    return (!sentiment || now.sentiment === sentiment) && (!urgency || Number(now.urgency || -1) >= Number(urgency))
      && (!language || now.language === language) && (!topic || now.topic === topic);
  }

  function parse(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    return holder.content;
  }

  // ---- rows arriving -------------------------------------------------------------------------------------------
  const isAway = () => byId("list-scroll").scrollTop > 8 || overList;

  function take(row, views) {
    const number = row.dataset.number;
    const old = rowOf(number);
    if (!belongs(row.dataset, body.dataset.view, views) || !passes(row.dataset)) {
      waiting.delete(number);
      if (old) leave(old);
    } else if (old && (isAway() || old.contains(document.activeElement))) {
      keepMarks(old, row);
      if (orderOf(row) !== orderOf(old)) waiting.set(number, row.cloneNode(true));
      old.replaceWith(row);
      if (waiting.has(number)) row.dataset[orderKey()] = old.dataset[orderKey()];
    } else if (!old && isAway() && rows().length) {
      waiting.set(number, row);
    } else {
      if (old) { keepMarks(old, row); old.remove(); }
      place(row, !old);
    }
    showWaiting();
  }

  function keepMarks(old, row) {
    if ("selected" in old.dataset) { row.dataset.selected = ""; row.querySelector(".ticket-row__check").checked = true; }
    if ("open" in old.dataset) row.dataset.open = "";
    if (old.contains(document.activeElement)) queueMicrotask(() => rowOf(row.dataset.number)?.querySelector("a").focus({ preventScroll: true }));
  }

  function place(row, isNew) {
    const order = orderOf(row);
    const list = byId("ticket-list");
    const next = rows().find((other) => orderOf(other) < order);
    const more = byId("ticket-list-more");
    if (!next && more) return;             // older than what is shown: it comes when scrolled to
    list.insertBefore(row, next ?? null);
    if (isNew) row.classList.add("ticket-row--fresh");
    if (Number(row.dataset.number) === openNumber()) row.dataset.open = "";
  }

  function leave(row) {
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    const hadFocus = row.contains(document.activeElement);
    row.remove();
    if (hadFocus) neighbour?.querySelector("a")?.focus({ preventScroll: true });
    showSelection();
  }

  function showWaiting() {
    const pill = byId("list-fresh");
    pill.hidden = waiting.size === 0;
    pill.textContent = `${phrases().fresh.replace("{n}", waiting.size)} ↑`;
  }

  function release() {
    const arrived = [...waiting.values()];
    waiting.clear();
    for (const row of arrived) {
      const old = rowOf(row.dataset.number);
      if (old) { keepMarks(old, row); old.remove(); }
      place(row, true);
    }
    showWaiting();
  }

  document.addEventListener("live:event", ({ detail }) => {
    adjustCounts(detail.was, detail.now);
    const row = parse(detail.row).firstElementChild;
    if (row) take(row, detail.views);
  });

  // A ticket has come into saved views, or left some.
  document.addEventListener("live:judged", ({ detail }) => {
    if (!VIEWS[body.dataset.view]) take(parse(detail.row).firstElementChild, detail.views);
  });

  // What came while the page did not know yet that another brand is chosen, goes.
  document.addEventListener("live:brand", () => {
    for (const row of rows()) if (!ofBrand(row.dataset)) leave(row);
    for (const [number, row] of waiting) if (!ofBrand(row.dataset)) waiting.delete(number);
    showWaiting();
  });

  // What a POST of this page answers: the same fragments as the socket sends.
  document.addEventListener("page:fragments", ({ detail }) => {
    for (const row of parse(detail).querySelectorAll(".ticket-row")) take(row);
  });

  function adjustCounts(was, now) {
    for (const view of Object.keys(VIEWS)) {
      const step = Number(belongs(now, view)) - Number(belongs(was, view));
      for (const box of step ? document.querySelectorAll(`[data-count="${view}"]`) : []) {
        if (/^\d*$/.test(box.textContent)) box.textContent = Math.max(0, Number(box.textContent) + step);
      }
    }
  }

  // ---- looking again -------------------------------------------------------------------------------------------
  body.addEventListener("live:resync", async () => {
    const list = byId("ticket-list");
    if (!list) return;
    const shown = Math.max(60, rows().length);
    await htmx.ajax("GET", `${list.dataset.url}&rows=${shown}`, { target: list, swap: "innerMorph" });
    waiting.clear();
    showWaiting();
    mark();
    document.documentElement.dataset.synced = "";
  });

  // ---- opening -------------------------------------------------------------------------------------------------
  function mark() {
    const number = openNumber();
    for (const row of rows()) {
      const isOpen = Number(row.dataset.number) === number;
      row.toggleAttribute("data-open", isOpen);
      if (isOpen) row.querySelector("a").setAttribute("aria-current", "true"); else row.querySelector("a").removeAttribute("aria-current");
    }
    showSelection();
  }

  async function open(number, { push = true } = {}) {
    if (openNumber() === number && body.classList.contains("inbox--open")) return;
    document.dispatchEvent(new CustomEvent("ticket:leave"));
    for (const row of rows()) row.toggleAttribute("data-open", Number(row.dataset.number) === number);
    if (push) history.pushState({ htmx: true }, "", `/inbox/${body.dataset.view}/${number}/${location.search}`);
    await htmx.ajax("GET", `/tickets/${number}/?view=${body.dataset.view}`, { target: "#desk", swap: "innerHTML" });
    body.classList.add("inbox--open");
    mark();
  }

  function close({ push = true } = {}) {
    document.dispatchEvent(new CustomEvent("ticket:leave"));
    if (push) history.pushState({ htmx: true }, "", `/inbox/${body.dataset.view}/${location.search}`);
    body.classList.remove("inbox--open");
    const number = openNumber();
    mark();
    rowOf(number)?.querySelector("a").focus({ preventScroll: true });
  }

  async function show(view, { push = true, search = "" } = {}) {
    document.dispatchEvent(new CustomEvent("ticket:leave"));
    body.dataset.view = view;
    waiting.clear();
    for (const link of document.querySelectorAll("[data-view].rail__item")) {
      if (link.dataset.view === view) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
    }
    if (push) history.pushState({ htmx: true }, "", `/inbox/${view}/${search}`);
    body.classList.remove("inbox--open");
    await htmx.ajax("GET", `/inbox/${view}/${search}`, { target: "#list", swap: "outerHTML", select: "#list", selectOOB: "#desk:outerHTML" });
  }

  document.addEventListener("htmx:before:history:restore", (event) => {
    const [, view, number] = location.pathname.match(/^\/inbox\/(\w+)\/(?:(\d+)\/)?$/) ?? [];
    if (!view || !byId("ticket-list")) return;
    event.preventDefault();
    const shown = view === body.dataset.view ? Promise.resolve() : show(view, { push: false, search: location.search });
    shown.then(() => (number ? open(Number(number), { push: false }) : close({ push: false })));
  });

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const link = event.target.closest(".ticket-row__link, [data-open][href]");
    const view = event.target.closest("a.rail__item[data-view], a.list__search");
    if (event.target.closest("#list-fresh")) { byId("list-scroll").scrollTop = 0; overList = false; release(); }
    if (event.target.closest(".ticket__back")) { event.preventDefault(); close(); }
    if (link) { event.preventDefault(); open(Number(link.dataset.open ?? link.closest("li").dataset.number)); }
    if (view) { event.preventDefault(); show(view.dataset.view).then(() => byId("search-text")?.focus()); }
  });

  // ---- searching -----------------------------------------------------------------------------------------------
  async function search(words) {
    await show("search", { search: words ? `?${new URLSearchParams({ q: words })}` : "" });
    byId("search-text").focus();
  }
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "search") return;
    event.preventDefault();
    search(byId("search-text").value.trim());
  });
  document.addEventListener("list:search", ({ detail }) => search(detail));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-search]:not(.palette__item)");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    search(link.dataset.search);
  });

  document.addEventListener("list:open", ({ detail }) => open(detail));

  document.addEventListener("pointerover", (event) => {
    const inside = Boolean(event.target.closest?.("#list-scroll")) && event.pointerType === "mouse";
    if (overList && !inside && byId("list-scroll")?.scrollTop <= 8) { overList = false; release(); }
    overList = inside;
  });
  document.addEventListener("scroll", (event) => {
    if (event.target.id === "list-scroll" && waiting.size && !isAway()) release();
  }, true);
  document.addEventListener("htmx:after:swap", () => { if (byId("ticket-list")) mark(); });

  // ---- filtering -----------------------------------------------------------------------------------------------
  document.addEventListener("change", async (event) => {
    const form = event.target.closest(".filters__panel");
    if (!form) return;
    const chosen = new URLSearchParams([...new FormData(form)].filter(([, value]) => value)).toString();
    await show(body.dataset.view, { search: chosen ? `?${chosen}` : "" });
    byId("filters").open = true;
    byId("filters").querySelector(`[name="${event.target.name}"]${event.target.type === "radio" ? ":checked" : ""}`)?.focus();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-clear-filters]")) return;
    event.preventDefault();
    show(body.dataset.view);
  });

  // ---- selecting -----------------------------------------------------------------------------------------------
  const selected = () => rows().filter((row) => "selected" in row.dataset);

  function select(row, on) {
    row.toggleAttribute("data-selected", on);
    row.querySelector(".ticket-row__check").checked = on;
    showSelection();
  }

  function showSelection() {
    const count = selected().length;
    byId("selection").hidden = count === 0;
    byId("selection-count").textContent = phrases().selected.replace("{n}", count);
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches(".ticket-row__check")) select(event.target.closest("li"), event.target.checked);
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-bulk]");
    if (!button) return;
    const chosen = selected();
    for (const row of chosen) select(row, false);
    if (button.dataset.bulk === "clear") return;
    for (const row of chosen) {
      const values = button.dataset.value ? { assignee: button.dataset.value } : {};
      await htmx.ajax("POST", `/tickets/${row.dataset.number}/${button.dataset.bulk}/`, { source: body, swap: "none", values });
    }
  });

  // ---- moving by keyboard --------------------------------------------------------------------------------------
  function current() {
    return document.activeElement?.closest?.(".ticket-row") ?? document.querySelector(".ticket-row[data-open]");
  }

  function move(step) {
    const all = rows();
    const here = current();
    const next = here ? all[all.indexOf(here) + step] : all[0];
    next?.querySelector("a").focus();
  }

  document.addEventListener("list:key", ({ detail }) => {
    if (detail === "next") move(1);
    if (detail === "previous") move(-1);
    if (detail === "open") current()?.querySelector("a").click();
    if (detail === "select" && current()?.querySelector(".ticket-row__check").checkVisibility()) select(current(), !("selected" in current().dataset));
    if (/^go:[1-9]$/.test(detail)) document.querySelectorAll("#rail-saved a")[Number(detail.slice(3)) - 1]?.click();
    else if (detail.startsWith("go:")) document.querySelector(`a.rail__item:is([data-view="${detail.slice(3)}"], [data-page="${detail.slice(3)}"])`)?.click();
  });

  mark();
})();
