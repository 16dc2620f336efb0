// Explorers without a kernel: sliders choose one of the pictures that were drawn beforehand.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  for (const explorer of document.querySelectorAll(".explorer")) {
    const { values, frames } = JSON.parse(explorer.querySelector("script").textContent);
    const sliders = [...explorer.querySelectorAll("input")];
    const outputs = explorer.querySelectorAll("output");
    const picture = explorer.querySelector("img");
    const says = explorer.querySelector(".says");

    const show = () => {
      let chosen = 0;
      sliders.forEach((slider, number) => {
        const value = values[number][slider.valueAsNumber];
        slider.setAttribute("aria-valuetext", value);
        outputs[number].textContent = value;
        chosen = chosen * values[number].length + slider.valueAsNumber;
      });
      picture.src = frames[chosen].file;
      picture.alt = frames[chosen].alt;
      says.textContent = frames[chosen].says;
    };
    // So that nothing flickers while a slider moves.
    const load = () => frames.forEach((frame) => { new Image().src = frame.file; });

    for (const slider of sliders) {
      slider.addEventListener("input", show);
      slider.addEventListener("focus", load, { once: true });
    }
    explorer.querySelector(".controls").hidden = false;
    // A browser that goes back to a page puts sliders where they were.
    show();
  }
});
