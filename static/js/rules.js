// The form of an automation rule: each condition and action shows what its kind needs; rows are added and removed.
(() => {
  const form = document.getElementById("rule-form");
  const kinds = document.getElementById("rule-kinds");
  if (!form || !kinds) return;
  const kindOf = (check) => kinds.querySelector(`[data-check="${check}"]`)?.dataset.kind ?? "nothing";

  // Offer the values of the condition's kind, and show the one field that it takes.
  function fit(test) {
    const kind = kindOf(test.querySelector("[name$='-check']").value);
    const takes = ["words", "number", "nothing"].includes(kind) ? kind : "choice";
    for (const part of test.querySelectorAll("[data-takes]")) part.hidden = part.dataset.takes !== takes;
    const choice = test.querySelector("[name$='-choice']");
    if (takes !== "choice" || choice.dataset.kind === kind) return;
    const chosen = choice.value;
    choice.replaceChildren(kinds.querySelector(`template[data-kind="${kind}"]`).content.cloneNode(true));
    choice.value = chosen;
    if (choice.selectedIndex < 0) choice.value = "";
    choice.dataset.kind = kind;
  }

  function fitHours() {
    const timed = kinds.dataset.timed.split(" ").includes(form.elements.trigger.value);
    document.getElementById("rule-hours").hidden = !timed;
  }

  const groups = () => [...form.querySelectorAll("fieldset[data-group]")];

  function fitGroups() {
    document.getElementById("rule-join").hidden = groups().filter((group) => !group.hidden).length < 2;
    document.getElementById("rule-add-group").hidden = groups().every((group) => !group.hidden);
  }

  function add(group) {
    const total = group.querySelector("[name$='-TOTAL_FORMS']");
    const number = Number(total.value);
    if (number >= Number(group.dataset.most)) return;
    const holder = document.createElement("div");
    holder.innerHTML = group.querySelector("template").innerHTML.replaceAll("__prefix__", String(number));
    const row = holder.firstElementChild;
    group.querySelector("[data-rows]").append(row);
    total.value = String(number + 1);
    if (row.matches("[data-test]")) fit(row);
    row.querySelector("select").focus();
  }

  // A row without a kind is none; its number stays taken.
  function remove(row) {
    const group = row.closest("[data-group]");
    row.querySelector("[name$='-check'], [name$='-do']").value = "";
    row.hidden = true;
    group.querySelector("[data-add]").focus();
  }

  form.addEventListener("change", (event) => {
    if (event.target.name.endsWith("-check")) fit(event.target.closest("[data-test]"));
    if (event.target.name === "trigger") fitHours();
  });
  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-add]")) add(event.target.closest("[data-group]"));
    const away = event.target.closest("[data-remove]");
    if (away) remove(away.closest("[data-test], [data-action]"));
    if (event.target.closest("#rule-add-group")) {
      const next = groups().find((group) => group.hidden);
      if (next) { next.hidden = false; fitGroups(); next.querySelector("[data-test] select").focus(); }
    }
  });

  for (const group of groups()) {
    const used = [...group.querySelectorAll("[name$='-check']")].some((check) => check.value);
    group.hidden = !used && group !== groups()[0];
  }
  form.querySelectorAll("[data-test]").forEach(fit);
  fitHours();
  fitGroups();
})();
