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

  // What an element says, whatever the page has done to it since: the same thing is not drawn twice.
  const essence = (item) => item.outerHTML.replace(/<time[^>]*>[^<]*<\/time>| data-htmx-powered="true"| message--fresh/g, "");

  function upsert(item) {
    const thread = byId("thread");
    const old = byId(item.id);
    if (old && essence(old) === essence(item)) return;
    if (old) {
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
    let spoken = false;
    for (const item of parse(html).querySelectorAll(".message, .event-line")) {
      spoken ||= item.matches(".message--inbound") && !byId(item.id);
      upsert(item);
    }
    const newHead = head ? parse(head).querySelector(".ticket-head") : null;
    if (newHead && Number(newHead.dataset.number) === number()) byId("ticket-head").replaceWith(newHead);
    if (follow) toEnd(thread);
    if (spoken) byId("voice-body")?.dispatchEvent(new CustomEvent("voice:refresh"));
  }

  document.addEventListener("live:items", ({ detail }) => {
    if (detail.ticket === number()) take(detail.html, detail.head);
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
    try {
      const answer = await fetch(`/tickets/${open}/thread/`, { redirect: "manual" });
      if (answer.ok && open === number()) {
        const html = await answer.text();
        take(html, html);
      }
    } catch { /* the next resync brings it */ }
  }
  document.body.addEventListener("live:resync", lookAgain);
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
  }
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    const seen = Number(document.querySelector("#composer [name=seen]")?.value);
    for (const item of document.querySelectorAll(".message")) {
      if (Number(item.dataset.message) > seen) { reading.unobserve(item); reading.observe(item); }
    }
  });

  function opened() {
    if (watched !== number()) {
      watched = number();
      document.dispatchEvent(new CustomEvent("live:watch", { detail: watched }));
      const thread = byId("thread");
      if (thread) toEnd(thread);
    }
    for (const holder of document.querySelectorAll("template.live-items")) {
      take(holder.innerHTML, null);
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
