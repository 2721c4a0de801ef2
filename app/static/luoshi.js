// Small conveniences; every page works without them.
"use strict";

// A destructive button asks once.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// A field with data-limit counts its characters.
const count = (field) => {
  const note = document.getElementById(`${field.id}-count`);
  if (note) note.textContent = `${[...field.value].length}/${field.dataset.limit}字`;
};
document.addEventListener("input", (event) => {
  if (event.target.dataset.limit) count(event.target);
});
document.querySelectorAll("[data-limit]").forEach(count);

// A page with unsaved words warns before it is left.
const unsaved = new Set();
document.querySelectorAll("form[data-guard]").forEach((form) => {
  form.addEventListener("input", () => unsaved.add(form));
  form.addEventListener("submit", () => unsaved.delete(form));
});
window.addEventListener("beforeunload", (event) => {
  if (unsaved.size) event.preventDefault();
});
