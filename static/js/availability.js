// Away and back: the button in the rail, b and Ctrl K. Whoever holds tickets says first what becomes of them.
(() => {
  const body = document.body;
  const button = document.querySelector(".availability");
  const toast = (text, kind = "info") => document.dispatchEvent(new CustomEvent("page:toast", { detail: { text, kind } }));
  const failed = () => toast(button.dataset.failed, "error");

  function ask(method, fields) {
    const token = JSON.parse(body.getAttribute("hx-headers:inherited"))["X-CSRFToken"];
    return fetch(button.href, { method, body: fields, headers: { "HX-Request": "true", "X-CSRFToken": token } });
  }

  async function change(fields) {
    const answer = await ask("POST", fields);
    if (answer.status === 204) {
      const away = fields.get("away") !== "no";
      body.toggleAttribute("data-away", away);
      toast(away ? button.dataset.away : button.dataset.here);
      close();
    } else if (answer.status === 409 || answer.status === 422) {
      show(await answer.text());
    } else if (answer.status === 401) {
      location.reload();
    } else {
      failed();
    }
  }

  const close = () => document.getElementById("handover")?.remove();

  function show(html) {
    close();
    body.insertAdjacentHTML("beforeend", html);
    const dialog = document.getElementById("handover");
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("submit", (event) => {
      event.preventDefault();
      change(new FormData(event.target)).catch(failed);
    });
    dialog.showModal();
    (dialog.querySelector("[role=alert]") ?? dialog.querySelector("input:checked"))?.focus();
  }

  async function toggle() {
    if (document.querySelector("dialog[open]")) return;
    const fields = new FormData();
    fields.set("away", body.hasAttribute("data-away") ? "no" : "yes");
    if (fields.get("away") === "no") { await change(fields); return; }
    const answer = await ask("GET");
    if (answer.status === 204) await change(fields);
    else if (answer.ok) show(await answer.text());
    else failed();
  }

  document.addEventListener("page:away", () => toggle().catch(failed));
})();
