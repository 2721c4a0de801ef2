// Small conveniences; every page works without them.
"use strict";

// A destructive button asks once.
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
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

// One box ticks all that belong to a form.
document.querySelectorAll("[data-all]").forEach((row) => {
  row.hidden = false;
  row.addEventListener("change", (event) => {
    const boxes = document.getElementById(row.dataset.all).elements;
    [...boxes].filter((box) => box.type === "checkbox").forEach((box) => { box.checked = event.target.checked; });
  });
});

// A file that is too large is refused before it is sent.
document.addEventListener("change", (event) => {
  const limit = Number(event.target.dataset.megabytes);
  if (!limit) return;
  const large = [...event.target.files].some((file) => file.size > limit * 1024 * 1024);
  event.target.setCustomValidity(large ? `文件超过${limit}MB。请删去图片后重新保存，或只上传任务部分。` : "");
  event.target.form.noValidate = !large;
  event.target.reportValidity();
});

// A page with unsaved words warns before it is left.
const unsaved = new Set();
document.querySelectorAll("form[data-guard]").forEach((form) => {
  form.addEventListener("input", () => unsaved.add(form));
  form.addEventListener("submit", () => unsaved.delete(form));
});
window.addEventListener("beforeunload", (event) => {
  if (unsaved.size) event.preventDefault();
});

// 带入上次内容: last month's figure and words go into the fields of the row that are still empty.
document.querySelectorAll("[data-carry]").forEach((button) => {
  const row = button.dataset.carry;
  button.hidden = false;
  button.addEventListener("click", () => {
    for (const name of ["percent", "done", "problems", "next_step"]) {
      const field = document.getElementById(row + name);
      const before = document.getElementById(`${row}before-${name}`);
      if (!before || field.value.trim()) continue;
      field.value = before.textContent.trim();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
});
