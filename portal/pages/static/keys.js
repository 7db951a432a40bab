// Keys for those who work through a list: j and k move, x marks, and what carries a data-key is pressed by it.
// Never inside fields, never while text is being composed, and not at all for those who have switched them off.
(() => {
  "use strict";
  const dialog = document.getElementById("keys");
  if (!dialog) return;
  const OFF = "daiban-keys-off";
  const stored = (work) => { try { return work(localStorage); } catch { return null; } };
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const current = () => rows().findIndex((row) => row.closest("tr").contains(document.activeElement));
  const marks = () => [...document.querySelectorAll("[data-mark]")];

  const move = (by) => {
    const all = rows(), at = current();
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))];
    if (!next) return;
    next.focus();
    next.closest("tr").scrollIntoView({block: "nearest"});
  };
  const mark = () => { const at = current(); if (at >= 0) marks()[at]?.click(); };
  const markAll = () => {
    const every = marks().every((each) => each.checked);
    for (const each of marks()) each.checked = !every;
  };
  const press = (target) => {
    if (target.matches("[data-of-marked]") && !marks().some((each) => each.checked)) {
      mark();
      if (!marks().some((each) => each.checked)) return;
    }
    if (target.matches("input, textarea, select")) target.focus();
    else target.click();
    target.closest("details")?.querySelector("input:not([type=hidden]), textarea, select")?.focus();
  };
  const always = {j: () => move(1), k: () => move(-1), x: mark, X: markAll, "?": () => dialog.showModal()};

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat && event.key !== "j" && event.key !== "k") return;
    if (dialog.open || stored((store) => store.getItem(OFF)) !== null) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    const act = always[event.key] ?? (target?.checkVisibility() ? () => press(target) : null);
    if (!act) return;
    event.preventDefault();
    act();
  });

  for (const opener of document.querySelectorAll("[data-opens-keys]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => dialog.showModal());
  }
  const on = dialog.querySelector("input");
  on.checked = stored((store) => store.getItem(OFF)) === null;
  on.addEventListener("change", () => stored((store) => on.checked ? store.removeItem(OFF) : store.setItem(OFF, "1")));
})();
