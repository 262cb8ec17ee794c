// m: one line above the composer that finds a macro and runs it on the open ticket. The words go where the cursor is.
(() => {
  const byId = (id) => document.getElementById(id);
  const menu = () => byId("macros");
  const list = () => byId("macros-list");
  const text = () => byId("macros-text");
  const items = () => [...list().querySelectorAll("[role=option]:not([hidden])")];
  const chosen = () => list().querySelector("[aria-selected=true]");
  const toast = (words) => document.dispatchEvent(new CustomEvent("page:toast", { detail: { text: words, kind: "error" } }));
  const isOpen = () => menu()?.hidden === false;

  function choose(item) {
    chosen()?.setAttribute("aria-selected", "false");
    if (!item) { text().removeAttribute("aria-activedescendant"); return; }
    item.setAttribute("aria-selected", "true");
    text().setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }

  // Every word occurs in the macro's name or steps, in any order.
  function narrow() {
    const words = text().value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of list().querySelectorAll("[role=option]")) {
      item.hidden = !words.every((word) => item.textContent.toLowerCase().includes(word));
    }
    const none = list().querySelector(".macros__none");
    if (none) none.hidden = items().length > 0;
    choose(items()[0]);
  }

  async function show() {
    if (!document.querySelector("[data-macros]")?.checkVisibility() || isOpen()) return;
    const mine = menu();
    mine.hidden = false;
    text().value = "";
    text().focus();
    try {
      const answer = await fetch(mine.dataset.url, { headers: { "HX-Request": "true" } });
      if (mine !== menu() || !isOpen()) return;
      if (!answer.ok) throw new Error(String(answer.status));
      list().innerHTML = await answer.text();
      narrow();
    } catch { close(); toast(byId("phrases").dataset.error); }
  }

  function close() {
    if (!isOpen()) return;
    menu().hidden = true;
    list().replaceChildren();
    byId("composer-text").focus();
  }

  async function run(item, stay) {
    const form = byId("composer");
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const address = item.dataset.run;
    if (!stay) close();
    let answer, html;
    try {
      answer = await fetch(address, { method: "POST", headers: { "HX-Request": "true", "X-CSRFToken": token } });
      html = await answer.text();
    } catch { toast(byId("phrases").dataset.offline); return; }
    if (answer.status === 401) { location.reload(); return; }
    const content = new DOMParser().parseFromString(html, "text/html");
    if (!answer.ok) {
      toast(answer.status === 409 ? content.body.textContent.trim() : byId("phrases").dataset[`error${answer.status}`] ?? byId("phrases").dataset.error);
      return;
    }
    const said = content.querySelector("[data-pieces]");
    document.dispatchEvent(new CustomEvent("page:fragments", { detail: html }));
    if (form !== byId("composer")) return;    // another ticket is open by now
    document.dispatchEvent(new CustomEvent("composer:put", { detail: JSON.parse(said.dataset.pieces) }));
    if (isOpen()) text().focus();
  }

  document.addEventListener("macros:show", show);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-macros]")) { if (isOpen()) close(); else show(); return; }
    const item = event.target.closest("#macros-list [role=option]");
    if (item) run(item, event.shiftKey);
    else if (isOpen() && !event.target.closest("#macros")) menu().hidden = true;
  });
  document.addEventListener("input", (event) => { if (event.target.id === "macros-text") narrow(); });
  document.addEventListener("keydown", (event) => {
    if (!isOpen() || !event.target.closest?.("#macros") || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const all = items();
    if (step && all.length) choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
    else if (event.key === "Enter" && event.target === text()) { if (chosen()) run(chosen(), event.shiftKey); }
    else if (event.key === "Escape") close();
    else { event.stopPropagation(); return; }
    event.preventDefault();
    event.stopPropagation();
  }, true);
})();
