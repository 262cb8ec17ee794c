// Files in the website chat. Nothing here needs more of a website's policy than the words do: a file is fetched with
// the visitor's token, a picture is drawn and everything is saved from memory, so that no address opens it elsewhere.
const onevoiceFiles = ({ make, words, language, log, speak }) => {
  const DRAWN = /^image\/(png|jpeg|gif|webp)$/;
  const WIDEST = 600;

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

  return { show, amount };
};
