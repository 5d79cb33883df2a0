import type { Chain, ChainEnd } from "#audit/records/chain.ts";
import { type Locations, locationsOf } from "#runs/locations.ts";
import type { Receipt } from "#runs/receipts/receipt.ts";
import { readReceipt, receiptNames } from "#runs/receipts/receipt-files.ts";
import { readSession } from "#runs/sessions/session-file.ts";
import type { Player, Stage } from "./stage.ts";

/** Returns where the state of a scenario lies. */
function locationsIn({ world }: Pick<Stage, "world">): Locations {
  return locationsOf(world.env, world.codex.home, "linux");
}

/** Returns the receipts of a session that can be read, in the order of their chain. */
export function sessionReceipts(stage: Stage, player: Player): readonly Receipt[] {
  return chainOf(stage, player)
    .receipts.map(({ receipt }) => receipt)
    .toSorted((a, b) => a.n - b.n);
}

/** Returns all that lies on disk of a session's receipts. */
export function chainOf(stage: Stage, { id }: Player): Chain {
  const locations = locationsIn(stage);
  const read = [...receiptNames(locations)].filter(({ session }) => session === id).map(readReceipt);
  return {
    session: id,
    receipts: read.flatMap((one) => ("receipt" in one ? [one] : [])),
    unreadable: read.flatMap((one) => ("receipt" in one ? [] : [one])),
    end: endOf(locations, id),
  };
}

function endOf(locations: Locations, id: Player["id"]): ChainEnd {
  const read = readSession(locations, id);
  switch (read.kind) {
    case "none":
    case "newer":
      return { kind: "none" };
    case "session":
      return { kind: "recorded", receipts: read.session.receipts };
    case "corrupt":
      return { kind: "unreadable", path: read.path, detail: read.detail };
  }
}
