// The website chat: one script for any page. Everything it shows lives in a shadow root; it sets no cookie.
(() => {
  "use strict";
  const script = document.currentScript || document.querySelector("script[data-channel][src*='/chat/widget.js']");
  if (!script?.dataset.channel || window.onevoiceChat) return;
  const given = script.dataset;
  const base = new URL(`${encodeURIComponent(given.channel)}/`, script.src);

  // What it says
  const WORDS = {
    en: {
      open: "Chat", close: "Close the chat", write: "Your message", send: "Send", you: "You", fresh: "New answer",
      hello: "How can we help you?", wait: "Not sent yet. Trying again…", refused: "This could not be sent.", log: "Conversation",
      save: "Save", gone: "could not be fetched", attach: "Attach files", many: "10 files at once at most.",
      large: "Too large: {name}. The limit is {most}.", kind: "Not of a kind that is taken: {name}. These are: pictures, films, sound, PDF, text.",
    },
    de: {
      open: "Chat", close: "Chat schließen", write: "Ihre Nachricht", send: "Senden", you: "Sie", fresh: "Neue Antwort",
      hello: "Wie können wir helfen?", wait: "Noch nicht gesendet. Neuer Versuch …", refused: "Das konnte nicht gesendet werden.", log: "Unterhaltung",
      save: "Speichern", gone: "konnte nicht geladen werden", attach: "Dateien anhängen", many: "Höchstens 10 Dateien auf einmal.",
      large: "Zu groß: {name}. Die Grenze ist {most}.", kind: "Diese Art wird nicht angenommen: {name}. Möglich sind Bilder, Filme, Ton, PDF, Text.",
    },
    es: {
      open: "Chat", close: "Cerrar el chat", write: "Su mensaje", send: "Enviar", you: "Usted", fresh: "Nueva respuesta",
      hello: "¿En qué podemos ayudarle?", wait: "Aún no se ha enviado. Reintentando…", refused: "No se ha podido enviar.", log: "Conversación",
      save: "Guardar", gone: "no se ha podido descargar", attach: "Adjuntar archivos", many: "Como máximo 10 archivos a la vez.",
      large: "Demasiado grande: {name}. El límite es {most}.", kind: "No se admite este tipo: {name}. Se admiten imágenes, vídeos, sonido, PDF y texto.",
    },
  };
  const language = [given.lang, document.documentElement.lang, "en"].map((tag) => tag?.replace("_", "-")).find(isLanguage);
  const words = { ...WORDS.en, ...WORDS[language.slice(0, 2).toLowerCase()], ...parse(given.words, {}) };
  if (given.hello) words.hello = given.hello;

  // What it remembers, for all tabs of this website
  const place = `onevoice-chat:${base.host}:${given.channel}`;
  let unkept = {};
  const remembered = () => {
    let kept = unkept;
    try { kept = parse(localStorage.getItem(place), unkept); } catch { /* a private window: kept for this page */ }
    return { token: "", pending: [], ...kept };
  };
  const remember = (change) => {
    unkept = { ...remembered(), ...change };
    try { localStorage.setItem(place, JSON.stringify(unkept)); } catch { /* likewise */ }
  };

  // What it looks like
  const CSS = `
    :host { all: initial; color-scheme: light dark; }
    :host([data-theme=light]) { color-scheme: light; } :host([data-theme=dark]) { color-scheme: dark; }
    * { box-sizing: border-box; margin: 0; }
    [hidden] { display: none !important; }
    .chat { --page: light-dark(#fff, #161a20); --ink: light-dark(#161a21, #e9ecf1); --ink-2: light-dark(#545c69, #a7afbb);
      --line: light-dark(#d9dde4, #343c48); --theirs: light-dark(#f1f3f7, #252b35);
      position: fixed; z-index: 2147483000; inset-block-end: 20px; inset-inline-end: 20px; color: var(--ink);
      font: 15px/1.45 system-ui, sans-serif; text-align: start; }
    .chat[data-side=start] { inset-inline: 20px auto; }
    button { font: inherit; font-weight: 600; border: 0; cursor: pointer; min-width: 44px; min-height: 44px; }
    button:focus-visible, textarea:focus-visible, .log:focus-visible, a:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
    .open, .send { background: var(--accent); color: var(--on); border-radius: 24px; padding: 0 18px; }
    .open { display: block; margin-inline-start: auto; min-height: 48px; box-shadow: 0 4px 16px rgb(0 0 0 / 30%); }
    .chat[data-side=start] .open { margin-inline: 0 auto; }
    .count:not(:empty) { margin-inline-start: 8px; padding: 0 7px; border-radius: 10px; background: var(--on); color: var(--accent); }
    .panel { display: flex; flex-direction: column; width: 360px; height: min(540px, calc(100dvh - 100px)); margin-block-end: 12px;
      overflow: hidden; background: var(--page); border: 1px solid var(--line); border-radius: 14px; box-shadow: 0 10px 36px rgb(0 0 0 / 25%); }
    .head { display: flex; align-items: center; gap: 8px; padding: 6px; padding-inline-start: 16px; background: var(--accent); color: var(--on); }
    h2 { flex: 1; font-size: 16px; overflow-wrap: anywhere; }
    .close { background: none; color: inherit; font-size: 22px; border-radius: 10px; }
    .head .close:focus-visible { outline-color: currentcolor; outline-offset: -4px; }
    .log { flex: 1; overflow-y: auto; padding: 16px; outline-offset: -4px; }
    ol { display: flex; flex-direction: column; gap: 10px; padding: 0; list-style: none; }
    .hello, .theirs { align-self: flex-start; background: var(--theirs); }
    .hello, li { width: fit-content; max-width: 85%; padding: 8px 12px; border-radius: 12px; white-space: pre-wrap; overflow-wrap: anywhere; }
    .hello { margin-block-end: 10px; }
    .mine { align-self: flex-end; background: var(--accent); color: var(--on); }
    .mine[data-waits] { outline: 2px dashed var(--ink-2); outline-offset: 2px; }
    time { display: block; font-size: 12px; }
    a { color: inherit; }
    canvas { display: block; max-width: 100%; border-radius: 8px; background: var(--line); }
    .file { display: block; min-height: 32px; padding: 4px 0; background: none; color: inherit; font-weight: 400; text-align: start; text-decoration: underline; overflow-wrap: anywhere; }
    .state { padding: 0 16px; font-size: 13px; color: var(--ink-2); }
    .state:not(:empty) { padding-block: 4px; }
    .attach { display: grid; place-items: center; background: none; color: var(--ink-2); border-radius: 12px; }
    form { display: flex; gap: 8px; align-items: flex-end; padding: 10px; border-block-start: 1px solid var(--line); }
    textarea { flex: 1; min-width: 0; min-height: 44px; max-height: 130px; padding: 10px 12px; resize: none; field-sizing: content;
      font: inherit; font-size: 16px; line-height: 22px; color: var(--ink); background: var(--page); border: 1px solid var(--ink-2); border-radius: 12px; }
    ::placeholder { color: var(--ink-2); opacity: 1; }
    .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    @media (width < 480px) {
      .chat.is-open { inset: 0; } .chat.is-open .open { display: none; }
      .panel { width: 100%; height: 100dvh; margin: 0; border: 0; border-radius: 0; }
    }
    @media (forced-colors: active) { button, li, .hello { border: 1px solid; } }`;

  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const make = (tag, attributes = {}, ...content) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...content);
    return element;
  };
  const count = make("span", { class: "count" });
  const opener = make("button", { class: "open", type: "button", "aria-expanded": "false", "aria-controls": "panel" }, words.open, count);
  const closer = make("button", { class: "close", type: "button", "aria-label": words.close }, "×");
  const title = make("h2", { id: "title" }, given.title || words.open);
  const list = make("ol");
  const log = make("div", { class: "log", role: "log", "aria-label": words.log, tabindex: "0" }, make("p", { class: "hello", dir: "auto" }, words.hello), list);
  const state = make("p", { class: "state", role: "status" });
  const field = make("textarea", { rows: "1", maxlength: "2000", "aria-label": words.write, placeholder: words.write, dir: "auto" });
  const sender = make("button", { class: "send", type: "submit" }, words.send);
  const form = make("form", {}, field, sender);
  const panel = make("div", { class: "panel", id: "panel", role: "dialog", "aria-labelledby": "title", hidden: "" },
    make("div", { class: "head" }, title, closer), log, state, form);
  const news = make("p", { class: "unseen", role: "status" });
  const chat = make("div", { class: "chat", role: "region", "aria-label": words.open, "data-side": given.side || "end" }, panel, opener, news);

  function paint() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
    root.append(chat);
    if (given.theme) host.dataset.theme = given.theme;
    chat.lang = language;
    chat.dir = given.dir || getComputedStyle(document.documentElement).direction;
    document.body.append(host);
    chat.style.setProperty("--accent", "#2f55d4");
    if (given.accent) chat.style.setProperty("--accent", given.accent);
    // Dark words on a light accent, light ones on a dark: whichever can be read better.
    const [r, g, b] = (getComputedStyle(opener).backgroundColor.match(/[\d.]+/g) || [0, 0, 0]).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    chat.style.setProperty("--on", 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? "#000" : "#fff");
  }

  // Lines
  const files = onevoiceFiles({ make, words, language, log, state, field, form, speak, send });
  const shown = new Map();
  let newest = 0, read = 0, tag = "";

  function show(line) {
    const name = line.key || line.number;
    const item = shown.get(name) || bubble(line);
    shown.set(name, item);
    if (line.number) {
      item.dataset.number = line.number;
      delete item.dataset.waits;
    }
    // In their order; what has no number yet stands last. What is in its place stays, so that it is not read out again.
    const mine = line.number || Infinity;
    const after = [...list.children].find((other) => other !== item && (other.dataset.number || Infinity) > mine) || null;
    if (!item.isConnected || item.nextSibling !== after) list.insertBefore(item, after);
  }

  function bubble(line) {
    const at = new Date(line.at);
    const text = make("span", { dir: "auto" });
    for (const [place, part] of line.text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?')\]])/).entries()) {
      text.append(place % 2 ? make("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part) : part);
    }
    if (!line.text) text.hidden = true;
    return make("li", { class: line.ours ? "theirs" : "mine", ...(line.number ? {} : { "data-waits": "" }) },
      make("span", { class: "unseen" }, `${line.ours ? title.textContent : words.you}: `), text, ...(line.files || []).flatMap(files.show),
      make("time", { datetime: line.at }, at.toLocaleString(language, {
        hour: "2-digit", minute: "2-digit", ...(at.toDateString() !== new Date().toDateString() && { day: "numeric", month: "short" }),
      })));
  }

  const isSeen = () => !panel.hidden && !document.hidden;

  function countUnread() {
    const unread = [...list.querySelectorAll(".theirs")].filter((item) => item.dataset.number > read).length;
    count.textContent = unread || "";
    opener.setAttribute("aria-label", unread ? `${words.open}, ${words.fresh} (${unread})` : words.open);
    news.textContent = unread && panel.hidden ? words.fresh : "";
  }

  // Asking
  async function ask(path, body, headers = {}) {
    const { token } = remembered();
    if (token) headers.Authorization = `Bearer ${token}`;
    const isForm = body instanceof FormData;
    if (body && !isForm) headers["Content-Type"] = "application/json";
    return fetch(new URL(path, base), {
      method: body ? "POST" : "GET", body: isForm || !body ? body : JSON.stringify(body), headers, credentials: "omit", signal: AbortSignal.timeout(path.startsWith("file") ? 300000 : 20000),
    });
  }

  let starting;
  const start = () => (starting ||= begin().catch((error) => { starting = null; throw error; }));

  async function begin() {
    const response = await ask("start", {});
    if (!response.ok) throw response;
    const told = await response.json();
    remember({ token: told.token });
    files.largest = told.largest;
    if (!given.title) title.textContent = told.title;
  }

  // Asks as whoever we are; one whose token has ended begins anew.
  async function speak(path, body, headers) {
    await start();
    let response = await ask(path, body, headers);
    if (response.status === 401) {
      remember({ token: "" });
      starting = null;
      newest = read = 0;
      tag = "";
      shown.clear();
      list.replaceChildren();
      [...remembered().pending, ...unsent].forEach(show);
      await start();
      response = await ask(path, body);
    }
    if ([401, 429].includes(response.status) || response.status >= 500) throw response;
    return response;
  }

  // Hearing: often while somebody waits for an answer, seldom otherwise, later and later in trouble
  let timer, failures = 0, stirred = Date.now(), hearing = null;

  const pause = () => {
    if (failures) return Math.min(2 ** failures, 60) * 1000;
    if (document.hidden) return 60000;
    return panel.hidden ? 15000 : Date.now() - stirred < 120000 ? 2000 : 5000;
  };

  function hear() {
    clearTimeout(timer);
    if (!remembered().token) return;
    hearing ||= listen().then(() => { failures = 0; }, () => { failures += 1; }).finally(() => {
      hearing = null;
      clearTimeout(timer);
      timer = setTimeout(hear, pause());
    });
  }

  async function listen() {
    const response = await speak(`hear?since=${newest}`, null, tag ? { "If-None-Match": tag } : {});
    if (response.status === 304) return noteRead();
    if (!response.ok) throw response;
    const told = await response.json();
    tag = response.headers.get("ETag") || "";
    const end = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    told.lines.forEach(show);
    if (told.lines.length) stirred = Date.now();
    newest = told.newest;
    read = Math.max(read, told.read);
    if (end) log.scrollTop = log.scrollHeight;
    return noteRead();
  }

  async function noteRead() {
    const ours = [...list.querySelectorAll(".theirs")].some((item) => item.dataset.number > read);
    if (ours && isSeen()) {
      await speak("read", { upto: newest });
      read = newest;
    }
    countUnread();
  }

  // Saying: kept until the server has it, one after the other
  // Files are too large to be kept by the browser: they wait with this page.
  let saying = false, attempts = 0, unsent = [];

  async function flush() {
    if (saying) return;
    saying = true;
    try {
      for (let next; (next = remembered().pending[0] || unsent[0]);) {
        const said = { key: next.key, text: next.text, ...(given.name && { name: given.name.slice(0, 80) }) };
        const response = next.files ? await speak("file", files.formOf(next, said)) : await speak("say", said);
        remember({ pending: remembered().pending.filter((line) => line.key !== next.key) });
        unsent = unsent.filter((line) => line.key !== next.key);
        if (state.textContent === words.wait) state.textContent = "";
        if (!response.ok) {
          shown.get(next.key)?.remove();
          state.textContent = next.files ? await files.refusalOf(next, response) : words.refused;
          field.value ||= next.text;
        }
        attempts = 0;
      }
      stirred = Date.now();
      hear();
    } catch (trouble) {
      state.textContent = words.wait;
      attempts += 1;
      const asked = Number(trouble.headers?.get("Retry-After")) || 0;
      setTimeout(flush, Math.max(asked, Math.min(2 ** attempts, 60)) * 1000);
    } finally {
      saying = false;
    }
  }

  function say() {
    const text = field.value.trim();
    if (!text) return;
    const line = newLine(text);
    remember({ pending: [...remembered().pending, line] });
    field.value = state.textContent = "";
    go([line]);
  }

  function send(chosen) {
    const lines = chosen.map((file) => newLine("", [file]));
    unsent.push(...lines);
    go(lines);
  }

  function go(lines) {
    lines.forEach(show);
    log.scrollTop = log.scrollHeight;
    flush();
  }

  const newLine = (text, chosen) => ({ key: newKey(), text, at: new Date().toISOString(), ...(chosen && { files: chosen }) });

  function newKey() {
    const bytes = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return bytes.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
  }

  // Pages say "de_DE" and worse.
  function isLanguage(tag) {
    try { return tag && Intl.getCanonicalLocales(tag)[0]; } catch { return false; }
  }

  function parse(text, otherwise) {
    try { return JSON.parse(text || "null") ?? otherwise; } catch { return otherwise; }
  }

  // Opening and closing
  const fillsScreen = () => !panel.hidden && getComputedStyle(opener).display === "none";

  function open(quietly) {
    panel.hidden = false;
    chat.classList.add("is-open");
    opener.setAttribute("aria-expanded", "true");
    if (quietly !== true) field.focus();
    log.scrollTop = log.scrollHeight;
    stirred = Date.now();
    start().then(hear, () => { failures += 1; });
  }

  function close() {
    panel.hidden = true;
    chat.classList.remove("is-open");
    opener.setAttribute("aria-expanded", "false");
    opener.focus();
  }

  opener.addEventListener("click", () => (panel.hidden ? open() : close()));
  closer.addEventListener("click", close);
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (event.key === "Tab" && fillsScreen() && root.activeElement === (event.shiftKey ? closer : sender)) {
      // The page behind is covered: go round.
      event.preventDefault();
      (event.shiftKey ? sender : closer).focus();
    }
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); say(); });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); say(); }
  });
  document.addEventListener("visibilitychange", () => document.hidden || hear());
  window.addEventListener("online", () => { flush(); hear(); });

  const begun = () => {
    paint();
    const { token, pending } = remembered();
    pending.forEach(show);
    if (pending.length) flush();
    else if (token) hear();
    if ("open" in given) open(true);
  };
  window.onevoiceChat = { open, close };
  if (document.body) begun(); else document.addEventListener("DOMContentLoaded", begun);
})();
