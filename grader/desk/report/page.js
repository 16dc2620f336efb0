"use strict";
// Sorting and filtering. Without this script the page shows everything.
const lesson = document.getElementById("lesson");
const student = document.getElementById("student");
const found = document.getElementById("found");
const kinds = [...document.querySelectorAll(".kinds button")];
const matrix = document.querySelector(".matrix");
const students = [...matrix.tBodies[0].rows];
// "muller" finds Müller.
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ß", "ss");
const findable = [...document.querySelectorAll(".findable")].map((each) => [each, plain(each.textContent)]);

function filter() {
  const name = plain(student.value.trim());
  const pressed = new Set(kinds.filter((each) => each.ariaPressed === "true").map((each) => each.dataset.kind));
  const shown = (each) =>
    (!lesson.value || !each.dataset.lesson || each.dataset.lesson === lesson.value) &&
    (!each.dataset.kind || pressed.has(each.dataset.kind));
  for (const each of document.querySelectorAll("[data-lesson]")) each.hidden = !shown(each);
  for (const [each, text] of findable) each.hidden = !shown(each) || !text.includes(name);
  for (const each of document.querySelectorAll("article")) {
    each.hidden = !shown(each) || !each.querySelector("li.findable:not([hidden])");
  }
  const left = students.filter((each) => !each.hidden).length;
  found.textContent = name ? `${left} of ${students.length}` : "";
}

function showColumns() {
  const heads = [...matrix.tHead.rows[0].cells];
  heads.slice(1, -1).forEach((head, place) => {
    const hide = lesson.value !== "" && head.querySelector("button").textContent.trim() !== lesson.value;
    if (head.hidden !== hide) for (const row of matrix.rows) row.cells[place + 1].hidden = hide;
  });
}

function sort(button) {
  const head = button.closest("th");
  const body = head.closest("table").tBodies[0];
  const place = head.cellIndex;
  const isNumber = button.dataset.sort === "number";
  const before = head.ariaSort;
  const order = before === "none" ? (isNumber ? "descending" : "ascending") : before === "ascending" ? "descending" : "ascending";
  for (const each of head.parentElement.cells) if (each.ariaSort) each.ariaSort = "none";
  head.ariaSort = order;
  const sign = order === "ascending" ? 1 : -1;
  const collator = new Intl.Collator(undefined, { numeric: true });
  const key = (row) => {
    const text = row.cells[place].textContent.trim();
    if (!isNumber) return text;
    const number = parseFloat(text);
    return Number.isNaN(number) ? -Infinity : number;
  };
  const compare = (one, other) => (isNumber ? (one === other ? 0 : one - other) : collator.compare(one, other));
  const rows = [...body.rows].map((row) => [key(row), row]);
  rows.sort((one, other) => sign * compare(one[0], other[0]));
  body.append(...rows.map(([, row]) => row));
}

for (const each of document.querySelectorAll("[data-sort]")) each.addEventListener("click", () => sort(each));
for (const each of kinds) {
  each.addEventListener("click", () => {
    each.ariaPressed = each.ariaPressed === "true" ? "false" : "true";
    filter();
  });
}
lesson.addEventListener("change", () => { showColumns(); filter(); });
student.addEventListener("input", filter);
document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());
for (const each of document.querySelectorAll(".filters, .kinds")) each.hidden = false;

// On paper nothing can be opened. What is rare is only counted there.
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open]):not(.rare)")];
  for (const each of opened) each.open = true;
});
addEventListener("afterprint", () => {
  for (const each of opened) each.open = false;
});
