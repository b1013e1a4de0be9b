/** Control characters, C1 and line breaks among them; the tab is none here. */
// eslint-disable-next-line no-control-regex -- it is these that are replaced
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g;

/** What came from elsewhere, on one line of a terminal: nothing in it moves the cursor or changes a colour. */
export const visible = (text: string): string => text.replaceAll(CONTROLS, '\ufffd');
