export { default } from "accessible-autocomplete/src/wrapper.js";
