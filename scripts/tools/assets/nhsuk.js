// The parts of nhsuk-frontend's scripts that the pages use.
export {
  Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, Radios, SkipLink, createAll,
} from "nhsuk-frontend";
