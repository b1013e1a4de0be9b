import type { Diagnostic } from '../domain/diagnostic.ts';

/** A kind of mistake. The code is registered here once and never reused, not even when its check goes away. */
export interface Code {
  readonly code: string;
  readonly severity: Diagnostic['severity'];
  readonly title: string;
}

const error = (code: string, title: string): Code => ({ code, severity: 'error', title });
const warning = (code: string, title: string): Code => ({ code, severity: 'warning', title });

/**
 * Every diagnostic of a contract: 00x files, 01x shape, 02x expressions, 03x references, 04x and 05x values,
 * 054–057 comments that allow a warning, 058–079 what can be foreseen of a contract that is well-formed,
 * 09x what the live database says to it (`check --database`), 10x tests,
 * 11x alarms, 13x changes and approvals, 14x attachments, 15x long texts.
 */
export const CODES = {
  fileMissing: error('BH001', 'A file is missing or cannot be read'),
  fileTooLarge: error('BH002', 'A file is too large'),
  notYaml: error('BH003', 'The text is not YAML'),
  duplicateKey: error('BH004', 'A key occurs twice'),
  tooDeep: error('BH005', 'The file is nested too deeply or expands to too much'),
  badCharacter: error('BH006', 'The file holds characters that text files do not have'),
  notMapping: error('BH007', 'The file is not a mapping of keys to values'),
  outsideFolder: error('BH008', 'A file lies outside of the contract’s folder'),
  moreMistakes: warning('BH009', 'There are more mistakes than are shown'),

  unknownKey: error('BH010', 'A key is not known'),
  missingKey: error('BH011', 'A key is missing'),
  wrongType: error('BH012', 'A value is of the wrong kind'),
  notAllowed: error('BH013', 'A value is not one of those allowed'),
  malformed: error('BH014', 'A value is not written as it should be'),

  expressionSyntax: error('BH020', 'An expression cannot be read'),
  unknownFunction: error('BH021', 'An expression uses a function or variable that does not exist'),
  unpredictable: error('BH022', 'An expression uses a function whose result cannot be repeated'),
  // BH023 told of regular expressions left of ?? and ?:, which the library loses and the compiler does not.
  expressionTooLarge: error('BH024', 'An expression is too large'),
  unknownName: error('BH025', 'An expression reads a name that its input never has'),
  unknownSubField: error('BH026', 'An expression reads a part that a field does not have'),
  unsupportedRegex: error('BH027', 'A regular expression uses what is not available'),

  unknownTable: error('BH030', 'A table is not declared'),
  unknownItsmField: error('BH031', 'A field is not declared in the ITSM description'),
  duplicateName: error('BH032', 'A name is given twice'),
  notWritable: error('BH033', 'A field cannot be written'),
  reservedName: error('BH034', 'A field has a name that the engine needs'),

  notBridgeValue: error('BH040', 'A value is not one of the bridge’s'),
  maybeNotBridgeValue: warning(
    'BH041',
    'A value is accepted by the bridge only if the provider has mapped it',
  ),
  badPoll: error('BH042', 'The poll is too often, too rare or not a schedule'),
  badDuration: error('BH043', 'A length of time cannot be read or is out of bounds'),
  impatient: error('BH044', 'A resend would come before the bridge’s patience is over'),
  literalSecret: error('BH045', 'A secret is written in the file'),
  badIdentifier: error('BH046', 'A table or column is not a plain identifier'),
  unknownTimeZone: error('BH047', 'A time zone is not known'),
  appendNotHere: error('BH048', 'Only the description can be appended to'),
  urgencyChoice: error('BH049', 'A create needs either priority, or impact and urgency'),
  createFieldMissing: error('BH050', 'A create lacks a field that the bridge requires'),
  badDate: error('BH051', 'A date cannot be read'),
  badSetting: error('BH052', 'A reference to the environment or a secret file cannot be read'),
  ticketsNotWatched: warning('BH053', 'No change source watches the ticket table'),

  allowWithoutReason: warning('BH054', 'A comment allows a warning without saying why'),
  allowUnknownCode: warning('BH055', 'A comment allows a code that does not exist'),
  allowOfError: warning('BH056', 'A comment allows what cannot be allowed'),
  allowOfNothing: warning('BH057', 'A comment allows a warning that is not there'),

  unusedTable: warning('BH058', 'A table is not used'),
  uselessEntry: warning('BH059', 'An entry of a table can never be used'),
  mixedTable: warning('BH060', 'A table serves fields whose values differ'),
  noWayBack: warning('BH061', 'A word of the provider has no way back'),
  lossyWayBack: warning('BH062', 'A word of the provider does not come back as itself'),
  endsUnknown: warning('BH063', 'A status that a table does not know ends the ticket'),
  noCloseNotes: warning('BH064', 'A ticket may be resolved without the notes that the bridge requires'),
  neverHolds: warning('BH065', 'A condition never holds'),
  alwaysHolds: warning('BH066', 'A condition always holds'),
  hiddenRule: warning('BH067', 'A rule is hidden by an earlier one'),
  neverEqual: warning('BH068', 'A name is compared with a value that it never has'),
  textTooLong: error('BH069', 'A fixed text is longer than the bridge takes'),
  littleRoom: warning('BH070', 'What is appended leaves little room for the description'),
  unknownGroup: error('BH071', 'A group is not one of the provider’s'),
  otherChoice: warning(
    'BH072',
    'The two directions do not choose alike between priority, and impact and urgency',
  ),
  maybeSecret: warning('BH073', 'A text looks like a secret'),
  unusedCustomField: warning('BH074', 'A custom field is not used'),
  neverWritten: warning('BH075', 'A field is not written by any update of the provider’s'),
  idlePolicy: warning('BH076', 'A policy for conflicts can never apply'),
  idleReferences: warning('BH077', 'Fields for references between tickets are never written'),

  noSuchTable: error('BH090', 'The database has no such table'),
  noSuchColumn: error('BH091', 'A table of the database has no such column'),
  wrongColumnType: warning('BH092', 'A column of the database has another type than is described'),
  noIndex: warning('BH093', 'A column of the database lacks an index'),
  unfitTable: error('BH094', 'A table of the database cannot be worked with as it is'),
  tightColumn: warning('BH095', 'A column of the database does not take all that may be written to it'),
  neverFilled: error('BH096', 'A column of the database needs a value that new rows do not get'),
  otherWords: warning('BH097', 'The database and the contract use different words'),
  refusedWord: error('BH098', 'A word of the contract is one that the database would refuse'),
  newestTickets: warning('BH099', 'The newest tickets of the database do not go with the rules'),

  unknownTestTicket: error('BH100', 'A test begins with a ticket that is not described'),
  unknownRule: error('BH101', 'A test names a rule that the contract does not have'),
  wrongKindOfValue: error('BH102', 'A test gives a field a value of another kind than it holds'),
  changedNotGiven: error('BH103', 'A message of a test says that a field changed, and does not give it'),
  testIncomplete: error('BH104', 'A test does not say what it needs to'),
  testContradicts: error('BH105', 'A test says two things that exclude one another'),
  tooManyTests: error('BH106', 'A contract has too many tests'),

  lateAlarm: warning('BH110', 'An alarm would not come before the provider’s own'),
  restlessAlarm: warning('BH111', 'An alarm would be up although nothing is wrong'),

  changesNotDescribed: error('BH130', 'Changes are taken, and the ITSM description has none'),
  approvalsNotWatched: warning('BH131', 'No change source watches the approvals'),

  badSize: error('BH140', 'A length in bytes is out of bounds'),
  attachmentsNotWatched: warning('BH141', 'No change source watches the attachments'),
  refusalsUnheard: warning('BH142', 'A file that is refused is told to nobody'),
  attachmentsNotDescribed: error('BH143', 'Attachments are taken, and the ITSM description has none'),
  badHost: error('BH144', 'A host of attachments cannot be read'),
  badFileType: error('BH145', 'A type of attachments cannot be read'),

  tooLongNotHere: error('BH150', 'A field cannot be shortened in that way'),
  unstorableNotHere: error('BH151', 'Nothing is known of characters that a field cannot hold'),
  roomNotHere: error('BH152', 'A column has no such limit'),
  noDateHere: error('BH153', 'A field holds no date'),
} as const satisfies Record<string, Code>;

/** Told only where a database is looked at: nobody else can say whether a comment that allows one is right. */
export const isOfDatabase = (code: string): boolean => code.startsWith('BH09');
