// The search line completes tokens as they are typed, and offers recent searches while it is empty.
(() => {
  const byId = (id) => document.getElementById(id);
  const AFTER = 120;
  let timer = 0;
  let asking = null;    // the request under way
  let left = false;     // Esc closes until the next letter

  const line = () => byId("search-text");
  const box = () => byId("completions");
  const options = () => [...box().querySelectorAll("[role=option]")];
  const chosen = () => box().querySelector("[aria-selected=true]");
  const isOpen = () => box() && !box().hidden;
  const addresses = () => box().dataset;

  // The word that ends at the caret; quotes keep spaces inside it.
  function word() {
    const before = line().value.slice(0, line().selectionStart);
    const found = before.match(/(?:[^\s"]|"[^"]*"?)*$/)[0];
    return { text: found, start: before.length - found.length, end: before.length };
  }

  function choose(option) {
    chosen()?.removeAttribute("aria-selected");
    if (!option) { line().removeAttribute("aria-activedescendant"); return; }
    option.setAttribute("aria-selected", "true");
    line().setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function show(html) {
    byId("completions-list").innerHTML = html;
    const some = options();
    box().hidden = some.length === 0;
    byId("completions-forget").hidden = !some[0]?.matches("[data-recent]");
    line().setAttribute("aria-expanded", String(some.length > 0));
    choose(null);
  }

  function close() {
    clearTimeout(timer);
    asking?.abort();
    if (box()) show("");
  }

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    const { text } = word();
    const typed = line().value.trim() ? { typed: 1 } : {};
    if (typed.typed && !text) { show(""); return; }
    try {
      const address = `${addresses().complete}?${new URLSearchParams({ word: text, ...typed })}`;
      const answer = await fetch(address, { signal: asking.signal, headers: { "HX-Request": "true" } });
      if (answer.ok && document.activeElement === line()) show(await answer.text());
    } catch { /* overtaken by the next letter, or offline */ }
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(ask, AFTER);
  }

  function take(option) {
    const text = option.dataset.text;
    if (option.matches("[data-recent]")) {
      line().value = text;
      close();
      line().form.requestSubmit();
      return;
    }
    const { start, end } = word();
    line().setRangeText(text.endsWith(":") ? text : `${text} `, start, end, "end");
    show("");
    if (text.endsWith(":")) soon();
  }

  const post = (address, values) => fetch(address, {
    method: "POST", body: new URLSearchParams(values),
    headers: { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}") },
  });

  async function forget(text) {
    const answer = await post(addresses().forget, text ? { q: text } : {});
    if (answer.ok) show(await answer.text());
    line().focus();
  }

  document.addEventListener("input", ({ target }) => { if (target.id === "search-text") { left = false; soon(); } });
  document.addEventListener("focusin", ({ target }) => { if (target.id === "search-text" && !left) soon(); });
  document.addEventListener("focusout", ({ target, relatedTarget }) => {
    if (target.closest?.("#search-part") && !relatedTarget?.closest("#search-part")) { left = false; close(); }
  });
  document.addEventListener("submit", ({ target }) => {
    if (target.id !== "search") return;
    const text = line().value.trim();
    if (text) post(addresses().remember, { q: text }).catch(() => { /* offline: it is not remembered */ });
    close();
  });
  document.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("#completions [role=option]");
    if (!option) return;
    event.preventDefault();    // the line keeps the focus
    take(option);
  });
  document.addEventListener("click", ({ target }) => { if (target.closest("#completions-forget")) forget(""); });

  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "search-text" || event.isComposing || !isOpen()) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const all = options();
      const next = all.indexOf(chosen()) + step;
      choose(next < -1 ? all.at(-1) : all[next] ?? null);
    } else if ((event.key === "Enter" || event.key === "Tab" && !event.shiftKey) && chosen()) {
      take(chosen());
    } else if (event.key === "Delete" && chosen()?.matches("[data-recent]")) {
      forget(chosen().dataset.text);
    } else if (event.key === "Escape") {
      left = true;
      close();
    } else {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
})();
