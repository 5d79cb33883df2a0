/** What a session id may hold. */
export const SESSION_NAME = /^[A-Za-z0-9_-]{1,128}$/;

/** Names that Windows keeps for devices, whatever ends they have (Microsoft, "Naming Files"). */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/i;

/** Returns whether Windows would take a file of that name for a device. */
export function isDeviceName(name: string): boolean {
  return RESERVED.test(name);
}
