// What every page does: the theme switch, menus that close themselves, toasts, choices kept for the next visit.
(() => {
  const root = document.documentElement;
  const remember = (name, value) => { try { localStorage.setItem(`onevoice.${name}`, value); } catch { /* private mode */ } };
  const isDark = () => getComputedStyle(root).colorScheme === "dark"
    || (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);

  const commands = {
    theme() { root.dataset.theme = isDark() ? "light" : "dark"; remember("theme", root.dataset.theme); },
    density() { root.dataset.density = root.dataset.density === "compact" ? "comfortable" : "compact"; remember("density", root.dataset.density); },
    rail() { root.dataset.rail = root.dataset.rail === "narrow" ? "wide" : "narrow"; remember("rail", root.dataset.rail); },
    help() { document.getElementById("help")?.showModal(); },
    away() { document.dispatchEvent(new CustomEvent("page:away")); },
    palette() { document.dispatchEvent(new CustomEvent("page:palette")); },
  };

  document.addEventListener("click", (event) => {
    const command = event.target.closest("[data-command]");
    if (command?.href) event.preventDefault();
    if (command) commands[command.dataset.command]?.();
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    const dialog = event.target.closest("dialog");
    if (dialog && (event.target === dialog || event.target.closest("[data-close]"))) dialog.close();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  document.addEventListener("page:command", (event) => commands[event.detail]?.());

  function toast(text, kind = "info") {
    const box = document.createElement("p");
    box.className = `toast toast--${kind}`;
    box.textContent = text;
    document.getElementById("toasts").append(box);
    setTimeout(() => box.remove(), kind === "error" ? 9000 : 4000);
  }
  document.addEventListener("page:toast", (event) => toast(event.detail.text, event.detail.kind));

  // A refused request says why; a page opened before somebody signed in again is loaded anew.
  document.addEventListener("htmx:response:error", (event) => {
    const { ctx } = event.detail;
    const status = ctx.response.status;
    if (status === 409 || status === 422) {
      if (ctx.swap === "none") toast(new DOMParser().parseFromString(ctx.text, "text/html").body.textContent.trim(), "error");
      return;
    }
    if (status === 401) { location.reload(); return; }
    if (status === 413) { toast(ctx.text, "error"); return; }
    const phrases = document.getElementById("phrases")?.dataset ?? {};
    toast(phrases[`error${status}`] ?? phrases.error ?? `${status}`, "error");
  });

  // Nothing is sent while the site is out of reach: the bar says so, and what is being written stays.
  const say = (name) => toast(document.getElementById("phrases")?.dataset[name] ?? name, "error");
  document.addEventListener("htmx:config:request", (event) => {
    if (root.dataset.live !== "offline" || event.detail.ctx.request.method === "GET") return;
    event.preventDefault();
    say("offline");
  });
  document.addEventListener("htmx:error", ({ detail }) => {
    if (detail.ctx?.request.method === "POST" && detail.error?.name !== "AbortError") say("error");
  });
  document.addEventListener("live:state", ({ detail }) => {
    document.querySelector(".composer__send")?.setAttribute("aria-disabled", detail === "offline");
  });

  // Times are the reader's: their zone, their language, as short as the place allows.
  const locale = navigator.language.startsWith(root.lang) ? navigator.language : root.lang;
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: "short", hour: "2-digit", minute: "2-digit" });
  const date = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
  const dateAndClock = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  const dateAndYear = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
  const whole = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short" });
  const words = document.getElementById("phrases")?.dataset ?? {};
  const units = (words.units ?? "w d h m").split(" ");
  const STEPS = [604800, 86400, 3600, 60].map((size, at) => [size, units[at]]);

  function age(moment) {
    const seconds = (Date.now() - moment) / 1000;
    const [size, letter] = STEPS.find(([least]) => seconds >= least) ?? [];
    return size ? `${Math.floor(seconds / size)}${letter}` : words.now ?? "now";
  }

  // A span by its largest units.
  function span(seconds, most) {
    const parts = [];
    for (const [size, letter] of STEPS.slice(1)) {
      if (seconds >= size && parts.length < most) { parts.push(`${Math.floor(seconds / size)} ${letter}`); seconds %= size; }
    }
    return parts.join(" ") || `0 ${units[3]}`;
  }

  // What is left until then.
  const left = (moment) => span(Math.max(0, (moment - Date.now()) / 1000), 2);

  // What is left until a deadline, or how long it has been over; its ring empties meanwhile.
  function until(time, moment) {
    const ring = time.closest(".due");
    const rest = moment - Date.now(), whole = Math.max(1, moment - new Date(time.dataset.since));
    ring?.style.setProperty("--left", Math.min(1, Math.max(0, rest / whole)).toFixed(3));
    ring?.classList.toggle("due--over", rest <= 0);
    const isLong = time.dataset.until === "long";
    const text = span(Math.abs(rest) / 1000, isLong ? 2 : 1);
    return `${rest <= -60000 ? "−" : ""}${isLong ? text : text.replace(" ", "")}`;
  }

  function sinceWhen(moment) {
    const days = (new Date().setHours(0, 0, 0, 0) - new Date(moment).setHours(0, 0, 0, 0)) / 86400000;
    if (Math.round(days) === 0) return clock.format(moment);
    return Math.abs(days) < 6.5 ? weekday.format(moment) : dateAndClock.format(moment);
  }

  function format(time) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) return;
    const sameYear = moment.getFullYear() === new Date().getFullYear();
    const text = "age" in time.dataset ? age(moment)
      : "left" in time.dataset ? left(moment)
      : "until" in time.dataset ? until(time, moment)
      : "day" in time.dataset ? (sameYear ? date : dateAndYear).format(moment) : sinceWhen(moment);
    if (time.textContent !== text) time.textContent = text;
    if (!time.title) time.title = [time.dataset.name, whole.format(moment)].filter(Boolean).join(": ");
  }

  const TIMES = "time[data-age], time[data-left], time[data-until], time[data-clock], time[data-moment], time[data-day]";
  const formatAll = (part) => { for (const time of part.querySelectorAll(TIMES)) format(time); };
  formatAll(document);
  setInterval(() => formatAll(document), 30000);
  document.addEventListener("htmx:after:swap", () => formatAll(document));
  new MutationObserver((changes) => {
    for (const node of changes.flatMap((change) => [...change.addedNodes])) {
      if (node.nodeType === Node.ELEMENT_NODE) formatAll(node.parentElement ?? node);
    }
  }).observe(document.body, { childList: true, subtree: true });

  // Columns are as wide as somebody dragged them.
  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip) return;
    const column = grip.dataset.grip;
    const edge = grip.parentElement.getBoundingClientRect();
    const fromRight = (column === "voice") !== (root.dir === "rtl");
    grip.setPointerCapture(event.pointerId);
    grip.dataset.dragging = "";
    const drag = (move) => {
      const width = Math.round(Math.min(640, Math.max(240, fromRight ? edge.right - move.clientX : move.clientX - edge.left)));
      root.style.setProperty(`--${column}-width`, `${width}px`);
      remember(column, width);
    };
    grip.addEventListener("pointermove", drag);
    grip.addEventListener("pointerup", () => { grip.removeEventListener("pointermove", drag); delete grip.dataset.dragging; }, { once: true });
  });

  for (const box of document.querySelectorAll("#toasts .toast")) setTimeout(() => box.remove(), 6000);
})();
