// Code that a profile loads when it first needs it, so that it opens soon.

/**
 * Loads it all now, for places where it may not be had later: a page whose line is gone cannot fetch it. What does not
 * come is asked for again when it is needed.
 */
export async function loadAhead(): Promise<void> {
  await Promise.allSettled([
    import("./account/turn-on.ts"),
    import("./account/claiming-anew.ts"),
    import("./account/beginning-anew.ts"),
    import("./egress/procedures.ts"),
    import("./encryption/mls-library-suite.ts"),
    import("@assent/protocol/hpke"),
    import("@assent/protocol/voprf"),
    import("@assent/protocol/evaluated-number"),
    import("@assent/protocol/national-number"),
    import("./contacts/vcard.ts"),
    import("./contacts/import.ts"),
    import("./sms-relay/relay-service.ts"),
  ]);
}
