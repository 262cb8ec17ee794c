// Who else is at a ticket: small faces in the list and above the conversation, and beside the composer who writes.
(() => {
  const byId = (id) => document.getElementById(id);
  const me = Number(document.body.dataset.user);
  const COMPOSING_FOR = 8000, IDLE_AFTER = 120000;
  const at = new Map();    // number → the others there, those who began first before others
  let composing = 0, idle = 0;

  const words = ({ name, doing }) => byId("phrases").dataset[doing].replace("{name}", name);
  const initials = (name) => {
    const parts = name.split(/\s+/).filter(Boolean);
    return [...new Set([parts[0], parts.at(-1)])].map((part) => [...part][0]).join("").toUpperCase();
  };

  function face(person) {
    const box = document.createElement("span");
    box.className = "person";
    box.dataset.doing = person.doing;
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", words(person));
    box.title = words(person);
    box.textContent = initials(person.name);
    return box;
  }

  function showRow(row) {
    const facts = row.querySelector(".ticket-row__facts");
    for (const old of facts.querySelectorAll(".person")) old.remove();
    facts.prepend(...(at.get(row.dataset.number) ?? []).slice(0, 3).map(face));
  }

  function showTicket() {
    const number = byId("ticket")?.dataset.number;
    if (!number) return;
    const people = at.get(number) ?? [];
    byId("present").replaceChildren(...people.map(face));
    const others = byId("others");
    const writing = people.filter(({ doing }) => doing === "composing").map(words);
    others.hidden = writing.length === 0;
    if (others.textContent !== writing.join(" · ")) others.textContent = writing.join(" · ");
  }

  function show(number) {
    const row = byId(`ticket-${number}`);
    if (row) showRow(row);
    if (byId("ticket")?.dataset.number === number) showTicket();
  }

  document.addEventListener("live:hello", () => {
    const known = [...at.keys()];
    at.clear();
    known.forEach(show);
  });
  document.addEventListener("live:presence", ({ detail }) => {
    for (const [number, people] of Object.entries(detail)) {
      const others = people.filter(({ user }) => user !== me);
      if (others.length) at.set(number, others); else at.delete(number);
      show(number);
    }
  });

  // Rows, tickets and composers come and go.
  new MutationObserver((changes) => {
    for (const node of changes.flatMap((change) => [...change.addedNodes])) {
      if (node.nodeType !== Node.ELEMENT_NODE) continue;
      for (const row of node.matches(".ticket-row") ? [node] : node.querySelectorAll(".ticket-row")) if (at.has(row.dataset.number)) showRow(row);
      if (node.matches("#ticket, #composer") || node.querySelector("#ticket")) showTicket();
    }
  }).observe(document.body, { childList: true, subtree: true });

  // ---- what I do -----------------------------------------------------------------------------------------------
  const tell = (doing) => document.dispatchEvent(new CustomEvent("live:do", { detail: doing }));
  const rest = () => { clearTimeout(composing); composing = 0; tell(document.hidden ? "idle" : "viewing"); };

  function awake() {
    clearTimeout(idle);
    idle = setTimeout(() => tell("idle"), IDLE_AFTER);
    if (!composing && !document.hidden) tell("viewing");
  }

  document.addEventListener("input", (event) => {
    if (event.target.id !== "composer-text") return;
    clearTimeout(composing);
    if (event.target.value === "") { rest(); return; }
    composing = setTimeout(rest, COMPOSING_FOR);
    tell("composing");
  });
  document.addEventListener("htmx:after:swap", () => {
    [...at.keys()].forEach(show);    // a list that was looked at again holds no faces
    if (composing && !byId("composer-text")?.value) rest();
  });
  document.addEventListener("ticket:leave", () => { if (composing) rest(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) rest(); else awake(); });
  for (const kind of ["pointermove", "keydown", "pointerdown"]) document.addEventListener(kind, awake, { passive: true });
  awake();
})();
