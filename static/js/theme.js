// Runs before the first paint: puts back the theme, the widths and the density that somebody chose.
(() => {
  const root = document.documentElement;
  const read = (name) => { try { return localStorage.getItem(`onevoice.${name}`); } catch { return null; } };
  const theme = read("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  root.dataset.density = read("density") === "compact" ? "compact" : "comfortable";
  root.dataset.rail = read("rail") === "narrow" ? "narrow" : "wide";
  for (const column of ["list", "voice"]) {
    const width = Number(read(column));
    if (width >= 240 && width <= 640) root.style.setProperty(`--${column}-width`, `${width}px`);
  }
  root.classList.add("has-js");
})();
