// Notes call colleagues by @: a list of those who may see the ticket, while a name is typed.
(() => {
  const byId = (id) => document.getElementById(id);
  const MENTION = /(?:^|[\s(])@([\p{L}][\p{L}\p{M} .'’-]{0,38})?$/u;
  let asked = 0, from = 0;

  const area = () => byId("composer-text");
  const list = () => byId("mentions");
  const names = () => [...list().children];
  const chosen = () => list().querySelector("[aria-selected=true]");

  function close() {
    asked += 1;
    if (!list() || list().hidden) return;
    list().hidden = true;
    list().replaceChildren();
    area().removeAttribute("aria-activedescendant");
  }

  function choose(name) {
    chosen()?.removeAttribute("aria-selected");
    name.setAttribute("aria-selected", "true");
    area().setAttribute("aria-activedescendant", name.id);
  }

  function take(name) {
    const box = area();
    const end = box.selectionStart;
    close();
    box.focus();
    box.setSelectionRange(from, end);
    document.execCommand("insertText", false, `@${name.textContent} `);
  }

  async function look() {
    const box = area();
    const before = box.value.slice(0, box.selectionStart);
    const found = byId("composer").dataset.kind === "note" && before.match(MENTION);
    if (!found) { close(); return; }
    const letters = found[1] ?? "";
    const number = ++asked;
    try {
      const answer = await fetch(`${list().dataset.url}?${new URLSearchParams({ q: letters })}`, { headers: { "HX-Request": "true" } });
      if (!answer.ok || number !== asked) return;
      show((await answer.json()).names, before.length - letters.length - 1);
    } catch { close(); }
  }

  function show(found, start) {
    if (!found.length) { close(); return; }
    from = start;
    list().replaceChildren(...found.map((text, index) => {
      const name = document.createElement("div");
      name.className = "mentions__name";
      name.id = `mention-${index}`;
      name.setAttribute("role", "option");
      name.textContent = text;
      return name;
    }));
    list().hidden = false;
    choose(names()[0]);
  }

  document.addEventListener("input", (event) => { if (event.target.id === "composer-text") look(); });
  document.addEventListener("focusout", (event) => { if (event.target.id === "composer-text") setTimeout(close, 150); });
  document.addEventListener("pointerdown", (event) => {
    const name = event.target.closest?.(".mentions__name");
    if (name) { event.preventDefault(); take(name); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "composer-text" || list()?.hidden !== false || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const all = names();
    if (step) choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey) take(chosen());
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
})();
