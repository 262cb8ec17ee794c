// The theme chosen in the profile replaces what this browser remembered.
document.getElementById("profile").addEventListener("submit", (event) => {
  const theme = event.target.elements.theme.value;
  try {
    if (theme === "system") localStorage.removeItem("onevoice.theme");
    else localStorage.setItem("onevoice.theme", theme);
  } catch { /* storage is closed: the server's answer carries the theme */ }
});
