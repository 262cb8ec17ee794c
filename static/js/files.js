// Files beside what is written: chosen, pasted or dropped, sent to the server at once, described, taken out again.
(() => {
  const byId = (id) => document.getElementById(id);
  const form = () => byId("composer");
  const lists = () => [...form().querySelectorAll(".files__list")];
  const list = () => lists().find((one) => one.dataset.kind === form().dataset.kind);
  const tab = () => form().querySelector("[data-tab]:checked");
  const token = () => form().querySelector("[name=csrfmiddlewaretoken]").value;
  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
  const toast = (text) => tell("page:toast", { text, kind: "error" });

  function post(address, fields = {}) {
    const body = new URLSearchParams({ ...fields, csrfmiddlewaretoken: token() });
    return fetch(address, { method: "POST", body, headers: { "HX-Request": "true" }, keepalive: true });
  }

  function element(html) {
    const template = document.createElement("template");
    template.innerHTML = html.trim();
    return template.content.firstElementChild;
  }

  // ---- coming ----------------------------------------------------------------------------------------------------
  function add(files) {
    if (tab().dataset.takes === "no") return toast(tab().dataset.files);
    for (const file of files) send(file);
  }

  function send(file) {
    const row = byId("file-coming").content.firstElementChild.cloneNode(true);
    row.querySelector(".file__name").textContent = file.name;
    row.querySelector("progress").setAttribute("aria-label", file.name);
    list().append(row);
    show();
    const request = new XMLHttpRequest();
    row.stop = () => request.abort();
    request.upload.addEventListener("progress", ({ loaded, total }) => { row.querySelector("progress").value = 100 * loaded / total; });
    request.addEventListener("load", () => arrived(row, request, file));
    request.addEventListener("error", () => { row.remove(); toast(byId("composer-files").dataset.failed); });
    request.open("POST", byId("composer-files").dataset.url);
    request.setRequestHeader("HX-Request", "true");
    request.send(parts(file));
  }

  function parts(file) {
    const data = new FormData();
    data.set("upload", file);
    data.set("kind", form().dataset.kind);
    data.set("visibility", tab().value);
    data.set("csrfmiddlewaretoken", token());
    return data;
  }

  function arrived(row, request, file) {
    if (request.status !== 200 && request.status !== 422) {
      row.remove();
      return toast(request.status === 413 ? request.responseText : byId("composer-files").dataset.failed);
    }
    const shown = element(request.responseText);
    row.replaceWith(shown);
    if (request.status === 422) return;
    if (shown.isConnected) shown.querySelector(".file__alt")?.focus();
    tell("live:announce", byId("composer-files").dataset.added.replace("{name}", file.name));
    changed();
  }

  // ---- going -----------------------------------------------------------------------------------------------------
  function drop(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    const { drop: address } = row.querySelector("[data-drop]").dataset;
    row.stop?.();
    if (address) post(address);
    row.remove();
    (next?.querySelector("[data-drop]") ?? form().querySelector("[data-attach]"))?.focus();
    changed();
  }

  function changed() {
    show();
    tell("composer:files");
  }

  // What the network takes beside this kind of reply.
  function show() {
    if (!form()) return;
    const { files, takes } = tab().dataset, button = form().querySelector("[data-attach]");
    button.title = `${button.dataset.attach} · ${files}`;
    button.toggleAttribute("data-none", takes === "no");
    byId("files-rules").textContent = files;
    byId("files-rules").hidden = !list().children.length;
  }

  document.addEventListener("click", ({ target }) => {
    if (target.closest("#composer [data-attach]")) {
      if (tab().dataset.takes === "no") toast(tab().dataset.files);
      else byId("composer-upload").click();
    }
    const gone = target.closest("#composer .file [data-drop]");
    if (gone) drop(gone.closest(".file"));
  });
  document.addEventListener("change", ({ target }) => {
    if (target.id === "composer-upload") {
      add([...target.files]);
      target.value = "";
    } else if (target.matches("#composer [data-alt]")) {
      post(target.dataset.alt, { alt: target.value });
      tell("composer:files");
    } else if (target.matches("#composer [data-tab]")) {
      changed();
    }
  });
  // Return in a description is not Send.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches?.("#composer [data-alt], #send-on") && !event.ctrlKey && !event.metaKey) event.preventDefault();
  });
  document.addEventListener("paste", (event) => {
    const { files, types } = event.clipboardData ?? {};
    // Programs for tables and texts put a picture of the words beside the words.
    if (!event.target.closest?.("#composer") || !files?.length || types.includes("text/plain")) return;
    event.preventDefault();
    add([...files]);
  });
  const dragged = (event) => form() && event.dataTransfer?.types.includes("Files") && event.target.closest?.("#desk");
  document.addEventListener("dragover", (event) => {
    if (!dragged(event)) return;
    event.preventDefault();
    form().toggleAttribute("data-dropping", true);
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget?.closest?.("#desk")) form()?.removeAttribute("data-dropping");
  });
  document.addEventListener("drop", (event) => {
    if (!dragged(event)) return;
    event.preventDefault();
    form().removeAttribute("data-dropping");
    add([...event.dataTransfer.files]);
  });
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.sourceElement !== form() || !list()?.querySelector(".file--coming")) return;
    event.preventDefault();
    toast(byId("composer-files").dataset.wait);
  });
  document.addEventListener("composer:kind", show);
  document.addEventListener("htmx:after:swap", show);
  show();
})();
