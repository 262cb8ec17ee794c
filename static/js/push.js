// Asks this browser, after a click, to tell its person what the bell says; and says which of the browsers this is.
(() => {
  const card = document.getElementById("push"), form = document.getElementById("push-here"), state = document.getElementById("push-state");
  if (!card) return;
  const say = (name) => { state.textContent = state.dataset[name]; };
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) { say("cannot"); return; }

  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const place = (subscription) => [...card.querySelectorAll("[data-browser]")].find((row) => row.dataset.browser === subscription?.endpoint);
  const subscription = async () => (await navigator.serviceWorker.getRegistration("/"))?.pushManager.getSubscription();

  async function look() {
    const mine = place(await subscription());
    if (mine) mine.querySelector(".chip").hidden = false;
    form.hidden = Boolean(mine);
    if (!mine && Notification.permission === "denied") say("denied");
  }

  async function tell() {
    if (await Notification.requestPermission() !== "granted") { say("denied"); return; }
    await navigator.serviceWorker.register(card.dataset.worker);
    const { pushManager } = await navigator.serviceWorker.ready;
    // One made for another key, say of an installation that was here before, would never be heard.
    await (await pushManager.getSubscription())?.unsubscribe();
    const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(card.dataset.key) });
    const { endpoint, keys } = made.toJSON();
    const body = new FormData(form);
    for (const [name, value] of Object.entries({ address: endpoint, public: keys.p256dh, auth: keys.auth })) body.set(name, value);
    const answer = await fetch(card.dataset.address, { method: "POST", body });
    if (!answer.ok) throw new Error(`${answer.status}`);
    location.reload();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tell().catch(() => say("failed"));
  });
  card.addEventListener("submit", async (event) => {
    if (!event.target.matches("[data-forget]")) return;
    event.preventDefault();
    const made = await subscription().catch(() => null);
    if (place(made)?.contains(event.target)) await made.unsubscribe().catch(() => null);
    event.target.submit();
  });
  look().catch(() => say("cannot"));
})();
