// The open conversation: items land in their place, what was really on screen counts as seen.
(() => {
  const byId = (id) => document.getElementById(id);
  const number = () => Number(byId("ticket")?.dataset.number) || null;
  const READING = 1000;   // ms in view before a message counts as seen
  let watched = null;

  function parse(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    return holder.content;
  }

  const isAtEnd = (thread) => thread.scrollHeight - thread.scrollTop - thread.clientHeight < 60;
  const toEnd = (thread) => { thread.scrollTop = thread.scrollHeight; };

  // What an item said when it came, whatever page and agent do to it afterwards: the same thing is not drawn twice.
  const TOUCHED = /<time[^>]*>[^<]*<\/time>| data-htmx-powered="true"/g;
  const came = new WeakMap();
  const remember = (item) => came.set(item, item.outerHTML.replace(TOUCHED, ""));
  const ITEMS = ".message, .event-line";
  // What is known of the customer may be other than before.
  const DESCRIBED = ["customer.described", "customer.merged", "customer.unmerged", "survey.answered"].map((kind) => `[data-kind='${kind}']`).join();

  function upsert(item) {
    const thread = byId("thread");
    const old = byId(item.id);
    remember(item);
    if (old && came.get(old) === came.get(item)) return;
    // A reply that had to wait goes to where it was said.
    if (old && old.dataset.order !== item.dataset.order) old.remove();
    if (old?.isConnected) {
      const menu = item.querySelector(".reading");
      if (menu && old.querySelector(".reading[open]")) menu.open = true;
      old.replaceWith(item);
    } else {
      const order = Number(item.dataset.order);
      const later = [...thread.children].find((other) => Number(other.dataset.order) > order);
      thread.insertBefore(item, later ?? null);
      item.classList.add("message--fresh");
      reading.observe(item);
    }
    htmx.process(item);
  }

  function take(html, head) {
    const thread = byId("thread");
    if (!thread) return;
    const follow = isAtEnd(thread);
    let spoken = false, described = false;
    const content = parse(html);
    for (const { dataset } of content.querySelectorAll("[data-gone]")) byId(dataset.gone)?.remove();
    for (const item of content.querySelectorAll(ITEMS)) {
      spoken ||= item.matches(".message--inbound, [data-kind^='question.']") && !byId(item.id);
      described ||= item.matches(DESCRIBED) && !byId(item.id);
      upsert(item);
    }
    const newHead = head ? parse(head).querySelector(".ticket-head") : null;
    if (newHead && Number(newHead.dataset.number) === number()) byId("ticket-head").replaceWith(newHead);
    if (follow) toEnd(thread);
    if (spoken || described) refreshVoice();
    // Other words may be used now.
    if (described) document.dispatchEvent(new CustomEvent("customer:described"));
  }

  // What somebody is asking the desk, or saying of the customer, is not swept away under their hands.
  function refreshVoice() {
    const describing = document.activeElement?.closest(".customer__describe form");
    if (!byId("ask-text")?.value && !describing) byId("voice-body")?.dispatchEvent(new CustomEvent("voice:refresh"));
  }

  document.addEventListener("live:event", ({ detail: { kind, ticket } }) => {
    if (ticket !== number() || !kind.startsWith("draft.") && !["reply.queued", "reply.scheduled"].includes(kind)) return;
    htmx.trigger("#shared-drafts", "drafts:refresh");
    // What I showed, a colleague has taken over: it is no longer mine.
    if (kind === "draft.taken" && byId("own-draft")?.querySelector("[data-shared]")) {
      htmx.ajax("GET", `/tickets/${ticket}/?view=${document.body.dataset.view}`, { target: "#desk", swap: "innerHTML" });
    }
  });
  document.addEventListener("live:items", ({ detail }) => {
    if (detail.ticket === number()) take(detail.html, detail.head);
  });
  document.addEventListener("live:begun", refreshVoice);
  // A suggestion whose words may no longer go out is not left standing there.
  document.addEventListener("live:overtaken", ({ detail }) => {
    const over = [...parse(detail).querySelectorAll("[data-overtaken]")].map((one) => one.dataset.overtaken);
    const shown = [...document.querySelectorAll("#voice [data-wording]")].some((card) => over.includes(card.dataset.wording));
    if (shown) refreshVoice();
  });
  document.addEventListener("page:fragments", ({ detail }) => {
    const head = parse(detail).querySelector(".ticket-head");
    if (!head || Number(head.dataset.number) === number()) take(detail, detail);
  });

  // After a gap the whole thread is asked for again, and once the socket hears of the ticket: what was said while
  // the page was on its way is in neither. What is being written stays untouched.
  async function lookAgain() {
    const open = number();
    if (!open) return;
    const shown = document.querySelectorAll("#thread .message");
    try {
      const answer = await fetch(`/tickets/${open}/thread/`, { redirect: "manual" });
      if (answer.ok && open === number()) {
        const html = await answer.text();
        take(html, html);
        dropGone(shown, parse(html));
      }
    } catch { /* the next resync brings it */ }
  }

  // What was on the page before it was asked for again, and is not in the answer, has gone; older messages are in neither.
  // An answer that is not cut holds all there is.
  const MOST = 300;
  function dropGone(shown, content) {
    const all = content.querySelectorAll(".message");
    const oldest = all.length < MOST ? 0 : Number(all[0].dataset.order);
    for (const item of shown) {
      if (Number(item.dataset.order) >= oldest && !content.getElementById(item.id)) item.remove();
    }
  }
  document.body.addEventListener("live:resync", lookAgain);
  document.addEventListener("thread:refresh", lookAgain);
  document.addEventListener("live:watching", ({ detail }) => { if (detail === number()) lookAgain(); });

  // ---- what has been seen --------------------------------------------------------------------------------------
  const reading = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(target.readingTimer);
      if (isIntersecting) target.readingTimer = setTimeout(() => see(target), READING);
    }
  }, { threshold: 0.3 });

  function see(item) {
    if (!item.isConnected || document.hidden) return;
    reading.unobserve(item);
    const seen = document.querySelector("#composer [name=seen]");
    const id = Number(item.dataset.message);
    if (seen && id > Number(seen.value)) seen.value = id;
    if (item.matches(".message--inbound:not(:has(~ .message--inbound, ~ .message--outbound, .message__seen))")) tellSight();
  }

  // Whoever has it on screen first is named to the others; the server knows whether that is so.
  async function tellSight() {
    const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers:inherited")) };
    try { await fetch(`/tickets/${number()}/sight/`, { method: "POST", headers }); } catch { /* the next one who looks is named */ }
  }
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    const seen = Number(document.querySelector("#composer [name=seen]")?.value);
    for (const item of document.querySelectorAll(".message")) {
      if (Number(item.dataset.message) > seen) { reading.unobserve(item); reading.observe(item); }
    }
  });

  // ---- which suggestions were really on screen -------------------------------------------------------------------
  // The server has sealed what it offered; the page says which of it was in view, each once.
  const offered = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(target.offeredTimer);
      if (isIntersecting) target.offeredTimer = setTimeout(() => noteSeen(target), READING);
    }
  }, { threshold: 0.5 });
  const noticed = new Map();   // column → the wordings to tell of, together
  const told = new WeakSet();

  function noteSeen(card) {
    const column = card.closest("[data-offers]");
    if (!column || document.hidden) return;
    offered.unobserve(card);
    told.add(card);
    if (!noticed.has(column)) { noticed.set(column, []); setTimeout(() => tellSeen(column), 250); }
    noticed.get(column).push(card.dataset.wording);
  }

  async function tellSeen(column) {
    const { offers, seen: address } = column.dataset;
    const body = new URLSearchParams({ offers, seen: noticed.get(column).join() });
    const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers:inherited")) };
    noticed.delete(column);
    // What is not told is not counted; nobody waits for it.
    try { await fetch(address, { method: "POST", body, headers, keepalive: true }); } catch { /* offline */ }
  }

  function watchOffers() {
    for (const card of document.querySelectorAll("[data-offers] [data-wording]")) if (!told.has(card)) offered.observe(card);
  }
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    offered.disconnect();
    watchOffers();
  });

  function sent(text = byId("phrases").dataset.sent) {
    document.dispatchEvent(new CustomEvent("page:toast", { detail: { text } }));
  }

  function opened() {
    watchOffers();
    for (const item of document.querySelectorAll(ITEMS)) if (!came.has(item)) remember(item);
    if (watched !== number()) {
      watched = number();
      document.dispatchEvent(new CustomEvent("live:watch", { detail: watched }));
      const thread = byId("thread");
      if (thread) toEnd(thread);
    }
    for (const holder of document.querySelectorAll("template.live-items")) {
      take(holder.innerHTML, null);
      const done = holder.content.querySelector("[data-undo], [data-later]");
      if (done) sent(done.dataset.later);
      holder.remove();
    }
  }
  document.addEventListener("htmx:after:swap", opened);
  opened();

  // Answers of the small forms (assign, resolve, …) carry the fragments that changed.
  document.addEventListener("htmx:after:request", ({ detail }) => {
    const { ctx } = detail;
    if (ctx.request.method === "POST" && ctx.swap === "none" && ctx.response.status === 200) {
      document.dispatchEvent(new CustomEvent("page:fragments", { detail: ctx.text }));
      for (const menu of document.querySelectorAll("details.menu[open]:not([data-menu=more])")) menu.open = false;
    }
  });
})();
