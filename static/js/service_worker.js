// Runs in a browser that asked to be told: shows what is pushed, and opens the ticket that it is about.
// Served as /service-worker.js. It keeps nothing and stands between the page and the site in no other way.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const pages = () => self.clients.matchAll({ type: "window", includeUncontrolled: true });

// Whoever looks at Onevoice hears its bell; a push would say the same twice.
self.addEventListener("push", (event) => {
  const said = event.data.json();
  event.waitUntil(pages().then((all) => {
    if (all.some((page) => page.focused)) return undefined;
    const { title, body, dir, lang, tag, url } = said;
    return self.registration.showNotification(title, { body, dir, lang, tag, data: { url } });
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { url } = event.notification.data;
  event.waitUntil(pages().then((all) => {
    const inbox = all.find((page) => new URL(page.url).pathname.startsWith("/inbox/"));
    // What is being written there is kept by the page, which saves drafts as they are typed.
    return inbox ? inbox.focus().then((page) => page.navigate(url)) : self.clients.openWindow(url);
  }));
});
