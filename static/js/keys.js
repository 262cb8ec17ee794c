// Every shortcut of the agent's screen, in one table.
(() => {
  const send = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
  const click = (selector) => {
    const target = [...document.querySelectorAll(selector)].find((one) => one.checkVisibility());
    target?.click();
    return target;
  };
  // What can be chosen in a menu; a form's token can't.
  const ITEMS = "button, input:not([type=hidden])";
  const openMenu = (name) => {
    const menu = document.querySelector(`details.menu[data-menu="${name}"]`);
    if (!menu?.checkVisibility()) return;
    menu.open = true;
    menu.querySelector(`.menu__panel :is(${ITEMS})`)?.focus();
  };
  const describeCustomer = () => {
    const menu = document.querySelector(".customer__describe");
    if (!menu?.checkVisibility()) return;
    menu.open = true;
    menu.querySelector("input:not([type=hidden])").focus();
  };
  const list = (what) => () => send("list:key", what);

  const KEYS = {
    j: list("next"), k: list("previous"), ArrowDown: list("next"), ArrowUp: list("previous"),
    x: list("select"),
    r: () => send("composer:key", "reply"),
    n: () => send("composer:key", "note"),
    u: () => click("#thread article:last-of-type [data-undo], #thread [data-undo]"),
    e: () => click("[data-action=resolve], [data-action=reopen]"),
    a: () => openMenu("assign"),
    s: () => openMenu("snooze"),
    t: () => openMenu("status"),
    l: () => openMenu("more"),
    c: describeCustomer,
    C: () => click(".customer__page"),
    m: () => click("#selection:not([hidden]) [data-bulk-macro]") || send("macros:show"),
    b: () => send("page:command", "away"),
    p: () => send("composer:purpose", 1), P: () => send("composer:purpose", -1),
    "!": () => send("spam:toggle"),
    B: () => send("relate:show", "block"),
    S: () => send("relate:show", "split"),
    W: () => send("relate:show", "link"),
    w: () => send("relate:show", "merge"),
    f: () => document.getElementById("search-text")?.focus() ?? click(".list__search"),
    "/": () => document.getElementById("voice-search")?.focus(),
    "[": () => send("page:command", "rail"),
    "?": () => send("page:command", "help"),
  };
  const GO = { m: "mine", u: "unassigned", d: "due", o: "open", s: "snoozed", r: "resolved", c: "customers" };
  let going = 0;

  const isTyping = (target) => target.matches?.("textarea, select, input:not([type=checkbox], [type=radio]), [contenteditable]");

  function digit(event) {
    const typing = isTyping(event.target);
    const inEmptyComposer = event.target.id === "composer-text" && event.target.value === "";
    const number = event.code.match(/^(?:Digit|Numpad)([1-9])$/)?.[1];
    if (!number || event.ctrlKey || event.metaKey || (typing && !event.altKey && !inEmptyComposer)) return false;
    if (event.shiftKey || document.querySelector("dialog[open]")) return false;
    send("composer:insert", number);
    return true;
  }

  function moveInMenu(event) {
    const panel = event.target.closest?.(".menu[open]")?.querySelector(".menu__panel");
    if (!panel || !["ArrowDown", "ArrowUp", "j", "k"].includes(event.key)) return false;
    const items = [...panel.querySelectorAll(ITEMS)];
    const step = event.key === "ArrowDown" || event.key === "j" ? 1 : -1;
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length]?.focus();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    const typing = isTyping(event.target);
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.closest?.("#composer")) {
      event.preventDefault();
      document.getElementById("composer").requestSubmit(document.querySelector(".composer__send"));
      return;
    }
    if (event.key === "Escape" && typing) { event.target.blur(); return; }
    if (event.altKey && event.code === "KeyM" && event.target.id === "composer-text") {
      event.preventDefault();
      send("macros:show");
      return;
    }
    if (event.altKey && event.code === "KeyP" && event.target.id === "composer-text") {
      event.preventDefault();
      send("composer:purpose", event.shiftKey ? -1 : 1);
      return;
    }
    // Whoever speaks to the machine, or types by mistake, switches single keys off.
    if ("noKeys" in document.body.dataset && event.isTrusted && event.key.length === 1 && !event.altKey) return;
    const goes = Date.now() - going < 1200 && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
    if ((!goes && digit(event)) || (!typing && moveInMenu(event))) { event.preventDefault(); return; }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.matches?.("input[type=radio]") && event.key.startsWith("Arrow")) return;
    if (event.target.closest?.("#thread") && event.key.startsWith("Arrow")) return;
    if (goes && (GO[event.key] || /^[1-9]$/.test(event.key))) {
      going = 0;
      event.preventDefault();
      send("list:key", `go:${GO[event.key] ?? event.key}`);
    } else if (event.key === "g") {
      going = Date.now();
    } else if (KEYS[event.key]) {
      event.preventDefault();
      KEYS[event.key]();
    }
  });

  if (/Mac|iPhone|iPad/.test(navigator.platform)) {
    const relabel = () => { for (const key of document.querySelectorAll("kbd[data-modifier]")) key.textContent = key.textContent.replace("Ctrl", "⌘"); };
    document.addEventListener("htmx:after:swap", relabel);
    relabel();
  }
})();
