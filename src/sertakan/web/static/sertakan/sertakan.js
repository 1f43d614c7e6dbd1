// The few movements that neither HTML nor htmx knows. Every page works without this file.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const closest = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);

  // Theme: the server paints what the cookie says; here it is only changed.
  const showTheme = () => {
    const now = root.dataset.theme || "system";
    for (const button of document.querySelectorAll("[data-set-theme]")) {
      button.setAttribute("aria-pressed", String(button.dataset.setTheme === now));
    }
  };
  const setTheme = (theme) => {
    const forget = theme === "system";
    if (forget) delete root.dataset.theme;
    else root.dataset.theme = theme;
    document.cookie = `tema=${forget ? "" : theme}; path=/; max-age=${forget ? 0 : 31536000}; samesite=lax`;
    showTheme();
  };

  // Toasts: from a response header `HX-Trigger: {"toast": {"text": …}}`, or a page's own event.
  const toast = (text) => {
    const region = document.querySelector("[data-toasts]");
    if (!region || !text) return;
    const box = document.createElement("div");
    box.className = "toast";
    const words = document.createElement("span");
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = region.dataset.close;
    close.addEventListener("click", () => box.remove());
    box.append(words, close);
    region.append(box);
    setTimeout(() => { if (!box.matches(":hover, :focus-within")) box.remove(); }, 8000);
  };

  // Files: dropped or chosen, the name and size are shown before anything is sent.
  const size = (bytes) => {
    const mega = bytes / 1048576;
    const shown = mega < 1 ? Math.max(1, Math.round(bytes / 1024)) : mega;
    return shown.toLocaleString(root.lang, { maximumFractionDigits: 1 }) + (mega < 1 ? " KB" : " MB");
  };
  const showFile = (input) => {
    const zone = input.closest("[data-file]");
    const files = [...input.files];
    zone.classList.toggle("has-file", files.length > 0);
    const place = zone.querySelector("[data-chosen]");
    place.replaceChildren();
    let total = 0;
    for (const file of files) {
      total += file.size;
      for (const text of [file.name, size(file.size)]) {
        const part = document.createElement("span");
        part.textContent = text;
        place.append(part);
      }
    }
    const limit = Number(zone.dataset.limit || 0) * 1048576;
    const large = limit > 0 && total > limit;
    input.setCustomValidity(large ? zone.dataset.tooLarge : "");
    if (large) input.reportValidity();
  };

  // Selection: the bar says how many rows are ticked, and what will happen to them.
  const showSelection = (form) => {
    const bar = form.querySelector("[data-selection]");
    if (!bar) return;
    const boxes = [...form.querySelectorAll("[data-pick]")];
    const count = boxes.filter((box) => box.checked).length;
    bar.hidden = count === 0;
    for (const place of bar.querySelectorAll("[data-count]")) place.textContent = count.toLocaleString(root.lang);
    const all = form.querySelector("[data-pick-all]");
    if (all) {
      all.checked = count > 0 && count === boxes.length;
      all.indeterminate = count > 0 && count < boxes.length;
    }
  };

  const ready = (part) => {
    for (const zone of part.querySelectorAll("[data-file]")) zone.classList.add("live");
    for (const form of part.querySelectorAll("form:has([data-selection])")) showSelection(form);
    for (const box of part.querySelectorAll("[data-keys]")) box.checked = !keysOff();
  };

  document.addEventListener("click", (event) => {
    const theme = closest(event, "[data-set-theme]");
    if (theme) setTheme(theme.dataset.setTheme);
    const opener = closest(event, "[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens)?.showModal();
    if (closest(event, "[data-closes]")) event.target.closest("dialog")?.close();
    if (event.target instanceof HTMLDialogElement) event.target.close();
    if (closest(event, "[data-print]")) window.print();
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  // Number keys: `data-key` names the key of a choice or a link; off in fields, in dialogs, and when somebody turned them off.
  const keysOff = () => /(?:^|; )tombol=0/.test(document.cookie);
  const pressKey = (event) => {
    const writing = closest(event, "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])");
    if (writing || event.ctrlKey || event.altKey || event.metaKey || keysOff() || document.querySelector("dialog[open]")) return;
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!target) return;
    event.preventDefault();
    target.click();
    document.getElementById(target.dataset.then)?.focus();
  };
  document.addEventListener("keydown", pressKey);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.matches("[data-file] input[type=file]")) showFile(box);
    if (box.matches("[data-pick-all]")) {
      for (const each of box.form.querySelectorAll("[data-pick]")) each.checked = box.checked;
    }
    if (box.matches("[data-pick], [data-pick-all]")) showSelection(box.form);
    if (box.matches("[data-submits]")) box.form.requestSubmit();
    if (box.matches("[data-keys]")) document.cookie = `tombol=${box.checked ? 1 : 0}; path=/; max-age=31536000; samesite=lax`;
  });
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches("[data-must-say]")) return;
    const button = field.form.querySelector("[data-guarded]");
    button.disabled = field.value.trim().toLowerCase() !== field.dataset.mustSay.toLowerCase();
  });
  for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
    document.addEventListener(name, (event) => {
      const zone = closest(event, "[data-file]");
      if (zone) zone.classList.toggle("over", over);
    });
  }
  document.addEventListener("toast", (event) => toast(event.detail.text ?? event.detail.value));
  document.addEventListener("htmx:load", (event) => ready(event.detail.elt));
  document.addEventListener("htmx:responseError", () => toast(document.querySelector("[data-toasts]")?.dataset.failed));
  document.addEventListener("htmx:sendError", () => toast(document.querySelector("[data-toasts]")?.dataset.offline));
  document.addEventListener("DOMContentLoaded", () => { showTheme(); ready(document); });
})();
