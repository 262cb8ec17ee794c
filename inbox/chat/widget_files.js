// Files in the website chat. Nothing here needs more of a website's policy than the words do: a file is fetched with
// the visitor's token, a picture is drawn and everything is saved from memory, so that no address opens it elsewhere.
const onevoiceFiles = ({ make, words, language, log, state, field, form, speak, send }) => {
  const DRAWN = /^image\/(png|jpeg|gif|webp)$/;
  const WIDEST = 600, MOST = 10;
  // Without HEIC, so that an iPhone gives its photos as JPEG.
  const TAKEN = "image/png,image/jpeg,image/gif,image/webp,video/mp4,video/quicktime,video/webm,audio/*,application/pdf,.txt,.csv";

  const amount = (bytes) => {
    const [number, unit] = bytes < 1e6 ? [Math.max(1, Math.round(bytes / 1e3)), "kilobyte"] : [bytes / 1e6, "megabyte"];
    return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 }).format(number);
  };

  // `blob` is there already of what the visitor has just chosen.
  async function contentOf(file) {
    if (file.blob) return file.blob;
    const response = await speak(`file/${file.id}`);
    if (!response.ok) throw response;
    return (file.blob = await response.blob());
  }

  async function save(file) {
    const address = URL.createObjectURL(await contentOf(file));
    make("a", { href: address, download: file.name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  }

  async function draw(canvas, file) {
    const end = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    try {
      const picture = await createImageBitmap(await contentOf(file));
      const share = Math.min(1, WIDEST / picture.width);
      canvas.width = Math.max(1, picture.width * share);
      canvas.height = Math.max(1, picture.height * share);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    } catch {
      // It can still be saved, or tried again with the page.
      canvas.remove();
    }
    if (end) log.scrollTop = log.scrollHeight;
  }

  // Pictures far up in a long conversation are fetched when somebody comes to them.
  const looking = new WeakMap();
  const looker = new IntersectionObserver((entries) => entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => {
    looker.unobserve(target);
    draw(target, looking.get(target));
  }), { root: log, rootMargin: "200px" });

  const show = (file) => {
    const said = `${file.name} (${amount(file.size)})`;
    const saver = make("button", { class: "file", type: "button", "aria-label": `${words.save}: ${said}` }, said);
    saver.addEventListener("click", () => save(file).catch(() => { saver.textContent = `${said} – ${words.gone}`; }));
    if (!DRAWN.test(file.type)) return [saver];
    const canvas = make("canvas", { role: "img", "aria-label": file.alt || file.name });
    looking.set(canvas, file);
    looker.observe(canvas);
    return [canvas, saver];
  };

  // Sending
  const fill = (text, file) => text.replace("{name}", file.name).replace("{most}", amount(told.largest));
  const told = { show, largest: 10e6 };

  told.formOf = ({ files: [file] }, said) => {
    const filled = new FormData();
    for (const [name, value] of Object.entries(said)) if (name !== "text") filled.append(name, value);
    filled.append("file", file.blob, file.name.slice(-120));
    return filled;
  };

  told.refusalOf = async ({ files: [file] }, response) => {
    const { why } = await response.json().catch(() => ({}));
    return why ? fill(why === "size" ? words.large : words.kind, file) : words.refused;
  };

  function attach(chosen) {
    const fitting = chosen.filter((file) => file.size <= told.largest);
    const large = chosen.find((file) => file.size > told.largest);
    state.textContent = chosen.length > MOST ? words.many : large ? fill(words.large, large) : "";
    if (chosen.length <= MOST && fitting.length) {
      send(fitting.map((file) => ({ name: file.name, type: file.type, size: file.size, blob: file })));
    }
  }

  const clip = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS(clip.namespaceURI, "path");
  const drawn = { viewBox: "0 0 24 24", width: 22, height: 22, fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", "aria-hidden": true };
  for (const [name, value] of Object.entries(drawn)) clip.setAttribute(name, value);
  line.setAttribute("d", "M20 11.5 12.5 19a5 5 0 0 1-7-7L13 4.5a3.3 3.3 0 0 1 4.7 4.7l-7.5 7.5a1.6 1.6 0 0 1-2.3-2.3l6.6-6.6");
  clip.append(line);
  const chooser = make("input", { type: "file", multiple: "", accept: TAKEN, hidden: "" });
  const opener = make("button", { class: "attach", type: "button", "aria-label": words.attach, title: words.attach }, clip);
  form.prepend(opener, chooser);
  opener.addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => {
    attach([...chooser.files]);
    chooser.value = "";
  });
  field.addEventListener("paste", (event) => {
    const pasted = [...event.clipboardData.files];
    if (!pasted.length) return;
    event.preventDefault();
    attach(pasted);
  });
  return told;
};
