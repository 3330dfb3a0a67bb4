/**
 * Names and server texts come from strangers. Printed raw they could move the cursor, set the
 * window title, or show `exe.doc` for `cod.exe`; so everything of that kind passes through here.
 */

// Cc controls, Cf format characters (bidi overrides, zero-width ones), Cs lone surrogates, line and
// paragraph separators, and whatever else Unicode says is drawn as nothing.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** `text` with everything that is invisible or acts on a terminal shown as `\xNN` or `\u{...}`. */
export function escapeForTerminal(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const hex = code.toString(16);
    return code < 0x100 ? `\\x${hex.padStart(2, "0")}` : `\\u{${hex}}`;
  });
}
