// Moves planned posts in the calendar: by drag to another day, or by Alt and an arrow key on one.
(() => {
  "use strict";

  const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  const calendar = () => document.getElementById("calendar");
  const dayOf = (element) => element.closest?.(".calendar-day");
  let dragged = null;

  const say = (words) => {
    document.getElementById("calendar-said").textContent = words;
  };

  // The day so many days later, as addresses write it.
  function shifted(day, days) {
    const moment = new Date(`${day}T12:00:00Z`);
    moment.setUTCDate(moment.getUTCDate() + days);
    return moment.toISOString().slice(0, 10);
  }

  // What the site says of the days now; the post that was moved keeps the focus.
  async function refresh(focus) {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    calendar().replaceWith(page.getElementById("calendar"));
    document.getElementById(focus)?.focus();
  }

  async function move(post, day) {
    const headers = JSON.parse(document.body.getAttribute("hx-headers:inherited"));
    const answer = await fetch(post.dataset.move, { method: "POST", headers, body: new URLSearchParams({ day }) })
      .catch(() => null);
    const { moved, failed } = calendar().dataset;
    let words = `${moved} ${new Date(`${day}T12:00:00`).toLocaleDateString(document.documentElement.lang, { dateStyle: "full" })}`;
    if (!answer?.ok) {
      const page = answer && new DOMParser().parseFromString(await answer.text(), "text/html");
      words = page?.querySelector("[role=alert]")?.textContent.trim() || failed;
    }
    await refresh(post.id);
    say(words);
    if (!answer?.ok) document.dispatchEvent(new CustomEvent("page:toast", { detail: { text: words, kind: "error" } }));
  }

  document.addEventListener("keydown", (event) => {
    const post = event.target.closest?.(".calendar-post[data-move]");
    if (!post || !event.altKey || !(event.key in STEPS)) return;
    event.preventDefault();
    move(post, shifted(dayOf(post).dataset.day, STEPS[event.key]));
  });
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.(".calendar-post[data-move]");
    if (dragged) event.dataTransfer.effectAllowed = "move";
  });
  document.addEventListener("dragover", (event) => {
    const day = dragged && dayOf(event.target);
    document.querySelectorAll(".calendar-day--over").forEach((each) => each.classList.remove("calendar-day--over"));
    if (!day) return;
    event.preventDefault();
    day.classList.add("calendar-day--over");
  });
  document.addEventListener("dragend", () => {
    dragged = null;
    document.querySelectorAll(".calendar-day--over").forEach((each) => each.classList.remove("calendar-day--over"));
  });
  document.addEventListener("drop", (event) => {
    const day = dragged && dayOf(event.target);
    if (!day) return;
    event.preventDefault();
    if (day !== dayOf(dragged)) move(dragged, day.dataset.day);
  });
})();
