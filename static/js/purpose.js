// The purpose of what is being written: one key goes to the next, the tone that it asks for is said, and what serves
// it is suggested.
(() => {
  const chooser = () => document.querySelector("#composer [name=purpose]");

  function sayTone() {
    const line = document.getElementById("tone"), chosen = chooser()?.selectedOptions[0];
    if (line) line.textContent = chosen?.dataset.tone ?? "";
  }

  // What somebody looks for stays: it serves any purpose.
  function suggestAnew() {
    if (!document.getElementById("voice-search")?.value) {
      document.getElementById("voice-offers")?.dispatchEvent(new CustomEvent("purpose:changed"));
    }
  }

  document.addEventListener("composer:purpose", ({ detail }) => {
    const list = chooser();
    if (!list?.checkVisibility()) return;
    list.selectedIndex = (list.selectedIndex + detail + list.length) % list.length;
    list.dispatchEvent(new Event("change", { bubbles: true }));
    const { label, dataset } = list.selectedOptions[0];
    document.dispatchEvent(new CustomEvent("live:announce", { detail: [label, dataset.tone].filter(Boolean).join(": ") }));
  });
  document.addEventListener("change", (event) => { if (event.target === chooser()) { sayTone(); suggestAnew(); } });
})();
