/* Checks a file where it lies: the hash is computed here, and only the hash is sent. Without this
   script, or without https, the form sends the file itself. */
"use strict";

const MOST_BYTES = 5 * 1024 * 1024;

async function digestOf(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function watch(form) {
  const input = form.querySelector("[data-file]");
  const digest = form.querySelector("[data-digest]");
  const words = form.querySelector("[data-words]");

  async function take(file) {
    digest.value = "";
    words.textContent = "";
    if (!file) return;
    if (file.size > MOST_BYTES) {
      words.textContent = form.dataset.large;
      input.value = "";
    } else if (window.crypto && crypto.subtle) {
      digest.value = await digestOf(file);
      words.textContent = form.dataset.ready;
    }
  }

  input.addEventListener("change", () => take(input.files[0]));
  form.addEventListener("submit", () => { input.disabled = digest.value !== ""; });
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("is-over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("is-over"));
  form.addEventListener("drop", async (event) => {
    event.preventDefault();
    form.classList.remove("is-over");
    input.files = event.dataTransfer.files;
    await take(input.files[0]);
    if (input.files.length) form.requestSubmit();
  });
  // Coming back by the browser's own button finds the form as it was left.
  window.addEventListener("pageshow", () => { input.disabled = false; });
}

document.querySelectorAll("form[data-verify]").forEach(watch);
