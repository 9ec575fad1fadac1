// Makes pages easier to use. Each of them works without.
import {
  Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, Radios, SkipLink, createAll,
} from "./nhsuk.js";

for (const component of [Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, Radios, SkipLink]) {
  createAll(component);
}

const list = document.querySelector("select[data-typeahead]");
if (list) {
  const { default: typeAhead } = await import("./typeahead.js");
  const about = (list.getAttribute("aria-describedby") || "").split(" ").filter(Boolean)
    .map((id) => document.getElementById(id).textContent.trim());
  const name = list.id;
  typeAhead.enhanceSelectElement({
    selectElement: list,
    defaultValue: "",
    displayMenu: "overlay",
    showAllValues: true,
    autoselect: false,
    inputClasses: list.classList.contains("nhsuk-select--error") ? "nhsuk-input nhsuk-input--error" : "nhsuk-input",
    tAssistiveHint: () => about.concat("Type to find it in the list. Use the up and down arrows to look through what was found, and enter to choose.").join(" "),
  });
  // What stands in the field counts: a choice that was overwritten with something else is none.
  list.form.addEventListener("submit", () => {
    const chosen = list.options[list.selectedIndex];
    if (!chosen || chosen.text.trim() !== document.getElementById(name).value.trim()) {
      list.value = "";
    }
  });
}
