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
  };

  document.addEventListener("click", (event) => {
    const command = event.target.closest("[data-command]");
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
    const status = event.detail.ctx.response.status;
    if (status === 409 || status === 422) return;
    if (status === 401) { location.reload(); return; }
    const phrases = document.getElementById("phrases")?.dataset ?? {};
    toast(phrases[`error${status}`] ?? phrases.error ?? `${status}`, "error");
  });

  for (const box of document.querySelectorAll("#toasts .toast")) setTimeout(() => box.remove(), 6000);
})();
