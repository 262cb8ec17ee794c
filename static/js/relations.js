// Tickets that belong together: the dialog that asks for another ticket, and where the conversation goes on.
(() => {
  const byId = (id) => document.getElementById(id);
  const number = () => byId("ticket")?.dataset.number;
  const dialog = () => byId("relate");
  const phrases = () => byId("phrases").dataset;
  let bulk = false;    // several are being merged: the last says where to go
  const toast = (text) => document.dispatchEvent(new CustomEvent("page:toast", { detail: { text, kind: "error" } }));

  async function ask(address, options = {}) {
    try {
      const answer = await fetch(address, { ...options, headers: { "HX-Request": "true" } });
      if (answer.status === 401) { location.reload(); return null; }
      if (answer.ok || answer.status === 409 || answer.status === 422) return answer;
      toast(phrases()[`error${answer.status}`] ?? phrases().error);
    } catch { toast(phrases().offline); }
    return null;
  }

  // What: "merge", an address below the ticket's own; what the open dialog offers takes its place.
  const show = (what) => number() && openDialog(`/tickets/${number()}/${what}${what.includes("/") ? "" : "/"}`);

  async function openDialog(address) {
    if (document.querySelector("dialog[open]:not(#relate)")) return;
    const answer = await ask(address);
    if (!answer) return;
    for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
    dialog().innerHTML = await answer.text();
    if (!dialog().open) dialog().showModal();
    const first = (selector) => dialog().querySelector(selector);
    (first("[autofocus]") ?? first("[type=checkbox]:checked") ?? first("input:not([type=hidden]), button[type=submit]"))?.focus();
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("#relate form");
    if (!form) return;
    event.preventDefault();
    if ("many" in form.dataset) { changeMany(new FormData(form)); return; }
    if ("macro" in form.dataset) { runOnMany(form); return; }
    const answer = await ask(form.action, { method: "POST", body: new FormData(form, event.submitter) });
    if (!answer) return;
    const html = await answer.text();
    if (!answer.ok) {
      dialog().innerHTML = html;
      dialog().querySelector("[autofocus], input:not([type=hidden])")?.focus();
      return;
    }
    dialog().close();
    document.dispatchEvent(new CustomEvent("page:fragments", { detail: html }));
    if (form.action.includes("block/")) byId("voice-body")?.dispatchEvent(new CustomEvent("voice:refresh"));
  });

  // Where the conversation goes on.
  document.addEventListener("page:fragments", ({ detail }) => {
    const go = new DOMParser().parseFromString(detail, "text/html").querySelector("[data-go]");
    if (go && !bulk) document.dispatchEvent(new CustomEvent("list:open", { detail: Number(go.dataset.go) }));
  });

  document.addEventListener("spam:toggle", () => {
    const isSpam = byId("ticket-head") && "spam" in byId("ticket-head").dataset;
    document.querySelector(`[data-action="${isSpam ? "not-spam" : "spam"}"]`)?.click();
  });
  // Whether the account is blocked stands with the customer.
  document.addEventListener("live:event", ({ detail }) => {
    if (String(detail.ticket) === number() && /^customer\.(un)?blocked$/.test(detail.kind)) byId("voice-body")?.dispatchEvent(new CustomEvent("voice:refresh"));
  });

  const posted = (values) => ({ method: "POST", body: new URLSearchParams({ ...values, csrfmiddlewaretoken: JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRFToken"] }) });
  const reason = (html) => new DOMParser().parseFromString(html, "text/html").querySelector("[role=alert]").textContent.trim();

  // One change of one of several tickets; what can't be says why. Returns whether there is a network to ask for more.
  async function change(one, door, values) {
    const answer = await ask(`/tickets/${one}/${door}/`, posted(values));
    if (!answer) return navigator.onLine;
    const html = await answer.text();
    if (answer.ok) document.dispatchEvent(new CustomEvent("page:fragments", { detail: html }));
    else toast(`#${one}: ${reason(html)}`);
    return true;
  }

  function take() {
    const numbers = [...document.querySelectorAll(".ticket-row[data-selected]")].map((row) => row.dataset.number);
    document.querySelector("[data-bulk=clear]").click();
    return numbers;
  }

  // The selected tickets are changed in the same way, each through its own doors.
  async function changeMany(form) {
    const assignee = form.get("assignee");
    const changes = [["priority", { priority: form.get("priority") }], ["labels", { labels: form.get("labels").trim(), add: "yes" }], ["assign", { assignee }]];
    const wanted = changes.filter(([, values]) => Object.values(values)[0]);
    if (assignee === "nobody") wanted.at(-1)[1].assignee = "";
    dialog().close();
    for (const one of take()) for (const [door, values] of wanted) if (!await change(one, door, values)) return;
  }

  // A macro on each of the selected tickets; what became of each, and why not, stands in the dialog.
  async function runOnMany(form) {
    const macro = form.querySelector("[name=macro]:checked"), { done, none } = form.dataset, told = form.nextElementSibling;
    form.hidden = true;
    told.hidden = false;
    told.querySelector("h2").textContent = macro.nextElementSibling.firstElementChild.textContent;
    told.focus();
    for (const one of take()) {
      const why = await runOn(one, macro.value, none);
      const line = document.createElement("li"), number = document.createElement("span");
      number.className = "number";
      number.textContent = `#${one}`;
      line.classList.toggle("outcome--not", why !== "");
      line.append(number, why || done);
      told.querySelector("ul").append(line);
      if (why && !(told.isConnected && dialog().open)) toast(`#${one}: ${why}`);    // nobody looks at the list any more
    }
  }

  // Returns why the macro was not run on this ticket; "" where it was.
  async function runOn(one, macro, none) {
    let answer, html;
    try {
      answer = await fetch(`/tickets/${one}/macros/${macro}/run/`, { ...posted({ several: "yes" }), headers: { "HX-Request": "true" } });
      html = await answer.text();
    } catch { return none; }
    if (answer.status === 401) location.reload();
    if (answer.status === 409) return reason(html);
    if (!answer.ok) return phrases()[`error${answer.status}`] ?? phrases().error;
    document.dispatchEvent(new CustomEvent("page:fragments", { detail: html }));
    return "";
  }

  document.addEventListener("input", ({ target }) => {
    if (target.id !== "macro-many-text") return;
    const words = target.value.toLowerCase().split(/\s+/).filter(Boolean);
    const offered = [...dialog().querySelectorAll(".relate__macro")];
    for (const one of offered) one.hidden = !words.every((word) => one.textContent.toLowerCase().includes(word));
    // What is not shown is not run: the first that is takes its place, and where there is none, nothing can be run.
    const shown = offered.filter((one) => !one.hidden).map((one) => one.querySelector("input"));
    if (shown[0] && words.length && !shown.some((one) => one.checked)) shown[0].checked = true;
    dialog().querySelector("[type=submit]").disabled = shown.length === 0;
  });

  // The selected tickets become one: the one that stands first takes the others.
  document.addEventListener("click", async (event) => {
    if (event.target.closest("[data-bulk-change]")) openDialog("/tickets/change/");
    if (event.target.closest("[data-bulk-macro]")) openDialog("/macros/several/");
    if (!event.target.closest("[data-bulk-merge]")) return;
    const [into, ...others] = take();
    bulk = true;
    for (const other of others) if (!await change(other, "merge", { into })) { bulk = false; return; }
    bulk = false;
    if (others.length) document.dispatchEvent(new CustomEvent("list:open", { detail: Number(into) }));
  });

  document.addEventListener("relate:show", ({ detail }) => show(detail));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-relate]");
    if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(button.dataset.relate);
  });

  // Messages have come or gone: the whole thread is asked for again, and how the ticket belongs to others.
  document.addEventListener("live:event", ({ detail }) => {
    if (String(detail.ticket) !== number() || !/^ticket\.(merged|absorbed|unmerged|released|split|split_off|put_back|regained|linked|unlinked)$/.test(detail.kind)) return;
    document.dispatchEvent(new CustomEvent("thread:refresh"));
    htmx.trigger("#relations", "relations:refresh");
  });
})();
