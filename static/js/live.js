// The live room of a page: one socket, hints in, "look again" after every gap. The database stays the truth.
//
// Sends to the document: live:hello, live:presence (detail: who is where), live:event and live:items (detail: the message), live:overtaken (detail: the banners),
// live:judged (which saved views a ticket stands in), live:begun (other words may be used now), live:brand (the rail is narrowed to another), live:watching,
// live:resync, live:state.
(() => {
  const body = document.body;
  const root = document.documentElement;
  if (!body.dataset.user) return;

  const SIGNED_OUT = 4401, ACCESS_ENDED = 4403;
  const FIRST_WAIT = 500, LONGEST_WAIT = 15000, BAR_AFTER = 1500, POLL = 10000, SPREAD = 2000;
  let socket = null, wait = FIRST_WAIT, last = 0, watching = null, doing = "viewing", timer = null, poll = null, resyncTimer = null;

  function state(name) {
    if (root.dataset.live === name) return;
    root.dataset.live = name;
    document.dispatchEvent(new CustomEvent("live:state", { detail: name }));
  }

  function connect() {
    clearTimeout(timer);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/ws/inbox/`);
    socket.addEventListener("message", (frame) => hear(JSON.parse(frame.data)));
    socket.addEventListener("close", (end) => lost(end.code));
  }

  function hear(message) {
    if (message.type === "hello") {
      wait = FIRST_WAIT;
      clearInterval(poll);
      state("online");
      document.dispatchEvent(new CustomEvent("live:hello"));
      if (watching) socket.send(JSON.stringify({ watch: watching }));
      last = Math.max(last, message.event);
      resync(0);
    } else if (message.type === "watching") {
      if (doing !== "viewing") socket.send(JSON.stringify({ doing }));
      document.dispatchEvent(new CustomEvent("live:watching", { detail: message.ticket }));
    } else if (message.type === "presence") {
      document.dispatchEvent(new CustomEvent("live:presence", { detail: message.tickets }));
    } else if (message.type === "tick") {
      if (message.event > last) resync(400);
      last = Math.max(last, message.event);
    } else if (message.type === "notified") {
      setTimeout(counts, Math.random() * 300);
    } else if (message.type === "counts") {
      if (!document.getElementById("rail")?.dataset.brand) showCounts(message.counts);    // they are of all brands
    } else if (message.type === "judged") {
      document.dispatchEvent(new CustomEvent("live:judged", { detail: message }));
    } else if (message.type === "incident") {
      setTimeout(() => body.dispatchEvent(new CustomEvent("live:incident", { bubbles: true })), Math.random() * 300);
    } else if (message.type === "resync") {
      resync(1000);
    } else if (message.type === "overtaken") {
      last = Math.max(last, message.event);
      document.dispatchEvent(new CustomEvent("live:overtaken", { detail: message.html }));
    } else if (message.type === "begun") {
      last = Math.max(last, message.event);
      setTimeout(() => document.dispatchEvent(new CustomEvent("live:begun")), Math.random() * SPREAD);
    } else if (message.type === "event" || message.type === "items") {
      last = Math.max(last, message.event);
      document.dispatchEvent(new CustomEvent(`live:${message.type}`, { detail: message }));
      if (message.announce) announce(message.announce);
    }
  }

  // Spread over a moment, so that a deploy does not bring every page at once.
  function resync(spread) {
    clearTimeout(resyncTimer);
    resyncTimer = setTimeout(() => {
      body.dispatchEvent(new CustomEvent("live:resync", { bubbles: true }));
    }, 20 + Math.random() * spread);
  }

  function lost(code) {
    socket = null;
    if (code === SIGNED_OUT || code === ACCESS_ENDED) {
      state("ended");
      location.reload();
      return;
    }
    setTimeout(probe, BAR_AFTER);
    timer = setTimeout(connect, wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  // Without a socket the page still works over HTTP: it looks again by itself. Without either it is offline.
  async function probe() {
    if (socket?.readyState === WebSocket.OPEN) return;
    let reached = false;
    try {
      reached = navigator.onLine && (await fetch("/inbox/counts/", { redirect: "manual" })).ok;
    } catch { /* that is the answer */ }
    if (socket?.readyState === WebSocket.OPEN) return;
    state(reached ? "slow" : "offline");
    clearInterval(poll);
    poll = setInterval(() => { if (root.dataset.live === "slow") resync(0); }, POLL);
  }

  function announce(text) {
    const box = document.getElementById("announcer");
    if (box) box.textContent = text;
  }

  document.addEventListener("live:watch", (event) => {
    watching = event.detail;
    if (socket?.readyState !== WebSocket.OPEN) return;
    socket.send(JSON.stringify(watching ? { watch: watching } : { unwatch: 0 }));
  });
  document.addEventListener("live:do", (event) => {
    if (doing === event.detail) return;
    doing = event.detail;
    if (watching && socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ doing }));
  });
  document.addEventListener("live:announce", (event) => announce(event.detail));
  window.addEventListener("online", () => { wait = FIRST_WAIT; if (socket) socket.close(); else connect(); });
  window.addEventListener("offline", () => state("offline"));
  document.addEventListener("visibilitychange", () => { if (!document.hidden && !socket) connect(); });

  // The rail's counts are part of every page that has a rail.
  body.addEventListener("live:resync", counts);
  async function counts() {
    if (!document.querySelector("[data-count]")) return;
    try {
      const answer = await fetch("/inbox/counts/", { redirect: "manual", headers: { Accept: "application/json" } });
      if (answer.ok) showCounts(await answer.json());
    } catch { /* the next resync brings them */ }
    document.documentElement.dataset.counted = "";
  }

  function showCounts(counts) {
    if ("away" in counts) body.toggleAttribute("data-away", Boolean(counts.away));
    if ("brand" in counts) showBrand(counts.brand);
    for (const [view, count] of Object.entries(counts)) {
      for (const box of document.querySelectorAll(`[data-count="${view}"]`)) box.textContent = count;
    }
  }

  // The person may have chosen another brand in another tab.
  function showBrand(brand) {
    const rail = document.getElementById("rail");
    if (rail.dataset.brand === brand) return;
    rail.dataset.brand = brand;
    document.dispatchEvent(new CustomEvent("live:brand"));
    for (const one of rail.querySelectorAll("[name=brand]")) one.setAttribute("aria-current", one.value === brand);
    const name = rail.querySelector(`[name=brand][value="${brand}"]`)?.textContent;
    if (name) document.getElementById("rail-brand").textContent = name;
    const note = document.getElementById("list-brand");
    if (!note) return;
    note.hidden = !brand;
    note.querySelector("span").textContent = name;
  }

  connect();
})();
