import { type Locations, locationsOf } from "#runs/locations.ts";
import { scratchFolder } from "./scratch-folder.ts";

/** Returns the locations of an empty state root of its own, with the user's configuration inside it. */
export function freshLocations(): Locations {
  const root = scratchFolder();
  return locationsOf({ COUNTERSIGN_HOME: root, XDG_CONFIG_HOME: root }, root, "linux");
}
