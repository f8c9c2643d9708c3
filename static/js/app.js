/* Comfort on top of pages that work without it. One listener per event, so htmx fragments need no set-up. */
"use strict";

document.documentElement.classList.add("js");

const SELECTED = 'input[name="selected"]';

function focusRefusals(root) {
  const summary = root.querySelector("[data-focus]");
  if (summary) summary.focus();
}

function closeMenus(except) {
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
    if (!menu.contains(except)) menu.open = false;
  });
}

async function copy(button) {
  const done = button.querySelector("[data-copied]");
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    // No clipboard outside https: select the code, so that one key press copies it.
    getSelection().selectAllChildren(button.previousElementSibling);
    return;
  }
  done.textContent = done.dataset.copied;
  setTimeout(() => { done.textContent = ""; }, 3000);
}

function countSelected() {
  const bar = document.querySelector("[data-selection]");
  if (!bar) return;
  const boxes = [...document.querySelectorAll(SELECTED)];
  const chosen = boxes.filter((box) => box.checked).length;
  const all = document.querySelector("[data-select-all]");
  bar.classList.toggle("is-active", chosen > 0);
  bar.querySelector("[data-selection-count]").textContent = chosen;
  if (all) {
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
}

function lock(form, locked) {
  form.dataset.sent = locked ? "1" : "";
  form.querySelectorAll('button[type="submit"]').forEach((button) => {
    // Not "disabled": the pressed button's own name and value must still be sent.
    button.setAttribute("aria-disabled", String(locked));
  });
}

document.addEventListener("click", (event) => {
  closeMenus(event.target);
  const copyButton = event.target.closest("[data-copy]");
  if (copyButton) copy(copyButton);
  if (event.target.closest("[data-print]")) window.print();
  const close = event.target.closest("[data-close]");
  if (close) close.closest("[data-toast]").remove();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details[data-menu][open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-select-all]")) {
    document.querySelectorAll(SELECTED).forEach((box) => { box.checked = event.target.checked; });
  }
  if (event.target.matches(`[data-select-all], ${SELECTED}`)) countSelected();
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-once]");
  if (!form) return;
  if (form.dataset.sent) event.preventDefault();
  else lock(form, true);
});

// The browser may bring a page back from memory with its buttons still locked.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-once]").forEach((form) => lock(form, false));
  countSelected();
});

document.addEventListener("htmx:afterSwap", (event) => {
  focusRefusals(event.target);
  countSelected();
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest("form[data-once]");
  if (form) lock(form, false);
});

focusRefusals(document);
countSelected();
