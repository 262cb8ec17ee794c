// Ctrl K: one line that finds any ticket, customer, position, page or command.
(() => {
  const palette = document.getElementById("palette");
  if (!palette) return;
  const text = document.getElementById("palette-text");
  const found = document.getElementById("palette-found");
  let asking = null;    // the request under way
  let timer = 0;
  let cameFrom = null;

  const items = () => [...palette.querySelectorAll("[role=option]")].filter((item) => item.checkVisibility());
  const chosen = () => palette.querySelector("[aria-selected=true]");

  function choose(item) {
    chosen()?.removeAttribute("aria-selected");
    if (!item) { text.removeAttribute("aria-activedescendant"); return; }
    item.id ||= `palette-item-${Math.random().toString(36).slice(2)}`;
    item.setAttribute("aria-selected", "true");
    text.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }

  // Every word occurs in the item's own words, in any order.
  function narrow() {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of palette.querySelectorAll(".palette__list > [role=group] .palette__item")) {
      const label = item.querySelector("span").textContent.toLowerCase();
      const applies = !item.dataset.for || document.querySelector(item.dataset.for);
      item.hidden = !applies || !words.every((word) => label.includes(word));
    }
    for (const group of palette.querySelectorAll(".palette__list > [role=group]")) {
      const applies = !group.dataset.for || document.querySelector(group.dataset.for);
      group.hidden = !applies || !group.querySelector(".palette__item:not([hidden])");
    }
    settle();
  }

  function settle() {
    if (!chosen()?.checkVisibility()) choose(items()[0]);
    document.getElementById("palette-none").hidden = items().length > 0;
  }

  async function ask() {
    asking?.abort();
    const words = text.value.trim();
    if (!words) { found.replaceChildren(); settle(); return; }
    asking = new AbortController();
    try {
      const address = `${palette.dataset.url}?${new URLSearchParams({ q: words })}`;
      const answer = await fetch(address, { signal: asking.signal, headers: { "HX-Request": "true" } });
      if (answer.status === 401) location.reload();
      if (!answer.ok) return;
      const html = await answer.text();
      if (words !== text.value.trim()) return;
      found.innerHTML = html;
      choose(items()[0]);
      settle();
    } catch { /* overtaken by the next letter, or offline: the commands are still there */ }
  }

  function show() {
    if (palette.open) { palette.close(); return; }
    if (document.querySelector("dialog[open]")) return;
    cameFrom = document.activeElement;
    text.value = "";
    found.replaceChildren();
    palette.showModal();
    text.focus();
    chosen()?.removeAttribute("aria-selected");
    narrow();
  }

  function run(item) {
    palette.close();
    const view = item.dataset.view && document.querySelector(`a[data-view="${item.dataset.view}"]:not(.palette__item)`);
    if (item.dataset.follow) {
      document.querySelector(item.dataset.follow).click();
    } else if (item.dataset.key) {
      // Menus and the composer take the focus themselves.
      document.activeElement?.blur();
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key: item.dataset.key, bubbles: true }));
    } else if (item.dataset.press) {
      document.querySelector(`[data-action="${item.dataset.press}"]`)?.click();
    } else if (view) {
      view.click();
    } else if (item.dataset.search && document.getElementById("ticket-list")) {
      document.dispatchEvent(new CustomEvent("list:search", { detail: item.dataset.search }));
    } else if (item.dataset.ticket && document.getElementById("ticket-list")) {
      document.dispatchEvent(new CustomEvent("list:open", { detail: Number(item.dataset.ticket) }));
    } else if (item.href) {
      location.assign(item.href);
    }
  }

  document.addEventListener("page:palette", show);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      show();
    }
  });

  palette.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    event.stopPropagation();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const all = items();
      choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
    } else if (event.key === "Enter") {
      chosen()?.click();
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      palette.close();
    } else {
      return;
    }
    event.preventDefault();
  });

  text.addEventListener("input", () => {
    narrow();
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });

  palette.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (!item || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (item.dataset.command) { palette.close(); return; }    // page.js does it
    event.preventDefault();
    event.stopPropagation();
    run(item);
  });

  palette.addEventListener("close", () => {
    asking?.abort();
    clearTimeout(timer);
    if (document.activeElement === document.body) cameFrom?.focus?.({ preventScroll: true });
  });
})();
