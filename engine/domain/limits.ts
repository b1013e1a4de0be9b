import { minutes, seconds } from './instant.ts';

/**
 * Every bound in one place. Those of the bridge are the provider's (client guide v1.2); the engine's own are
 * generous for a healthy day and keep a bad one finite.
 */

/** The provider asks to be polled every 30 to 300 s. */
export const POLL_MS_MIN = seconds(30);
export const POLL_MS_MAX = seconds(300);

/** "Wait 60–120 s, then resend": nothing ambiguous is resent sooner, counted from the last send. */
export const PATIENCE_MS_MIN = seconds(60);
export const PATIENCE_MS_MAX = seconds(120);

/** Sends of one thing that stays without a usable answer, before its lane is parked. */
export const RESENDS_MAX = 20;

export const BRIDGE_TIMEOUT_MS_DEFAULT = seconds(20);
export const BRIDGE_TIMEOUT_MS_MAX = seconds(60);

/** The longest that a Retry-After of the bridge is followed. */
export const RETRY_AFTER_MS_MAX = minutes(15);

export const SHORT_DESCRIPTION_LENGTH_MAX = 160;
export const TEXT_LENGTH_MAX = 4000;
/** Comments in one PUT …/notes or create; the bridge names no limit, this one keeps bodies small. */
export const COMMENTS_PER_CALL_MAX = 10;
/** Parts of one comment that is too long: all of them travel in one call. A longer one is not sent. */
export const COMMENT_PARTS_MAX = 25;
/** Rows of one comment of the provider's that is longer than our column takes; and the shortest column that is worth that. */
export const COMMENT_ROWS_MAX = 200;
export const DIVIDED_LENGTH_MIN = 60;
/** A description keeps at least so much room beside what is appended to it, or it is not shortened. */
export const HEAD_LENGTH_MIN = 400;

/** Lanes worked at the same time in one contract. */
export const LANES_AT_ONCE = 64;

/** Lanes that one poll looks at for tickets that were deleted; the next poll goes on behind them. */
export const LIVE_LANES_PER_POLL_MAX = 1000;

/** A body longer than this is not read: 16 MiB. */
export const ANSWER_BYTES_MAX = 16 * 1024 * 1024;
/** Names on the wire are far shorter (a MessageId has 36 characters); what is longer is none, and no column holds it. */
export const MESSAGE_ID_LENGTH_MAX = 128;
export const PROVIDER_TICKET_LENGTH_MAX = 100;
export const TRANSACTION_TYPE_LENGTH_MAX = 100;
/** Characters of a message's body as JSON: queues of this kind carry 256 KiB, and database servers 16 MiB at once. */
export const MESSAGE_LENGTH_MAX = 1024 * 1024;
/** Digits of a SequenceNumber, which has 20. */
export const SEQUENCE_DIGITS_MAX = 40;

/** Receives in one poll: a poll goes on while messages come, but not for ever. */
export const RECEIVES_PER_POLL_MAX = 200;
/** Messages waiting in the inbox beyond which the queue is left alone: the provider's alarm is the dead man's switch. */
export const INBOX_WAITING_MAX = 5000;
/** A message that has waited so long in a lane that is not parked: the engine does not keep up with it. */
export const BACKLOG_AGE_MS_MAX = minutes(60);
/** So many lanes with such messages, and the queue is left alone. Fewer are those tickets' trouble, not the engine's. */
export const BACKLOG_LANES_MAX = LANES_AT_ONCE;
/** What was read and could not be kept is read again after a pause, which doubles from the one to the other. */
export const KEEP_PAUSE_MS_MIN = seconds(30);
export const KEEP_PAUSE_MS_MAX = minutes(15);
/** The most that is written to see whether the database takes as much as it did not take before: 1 MiB. */
export const PROOF_BYTES_MAX = 1024 * 1024;

/** Changed rows read at once; the rest follows in the same poll. */
export const CHANGED_ROWS_PER_READ_MAX = 1000;
export const CHANGE_OVERLAP_MS_DEFAULT = minutes(2);
export const CHANGE_SETTLE_MS_DEFAULT = seconds(5);

/** A lane that was parked because nothing answered its calls is tried again by itself no sooner than this. */
export const UNANSWERED_RETRY_MS_MIN = minutes(10);
export const UNANSWERED_RETRY_MS_MAX = minutes(20);
/** Such lanes tried at once after another call was answered; and how far apart they begin. */
export const UNANSWERED_AT_ONCE = 5;
export const UNANSWERED_EVERY_MS = seconds(1);
/** Such lanes tried at once when only the queue has answered: whether calls are, is to be found out. */
export const UNANSWERED_PROBES = 1;
/** Sends of what may be there twice (a create, comments) before nothing but an operator has it sent again. */
export const UNANSWERED_SENDS_MAX = 40;

/** Several processes may work for one contract. Each says this often that it is at work. */
export const LEASE_BEAT_MS = seconds(2);
/** One whose beat has not moved for so long, by the time of whoever looks, is taken for dead: others go on with its work. */
export const LEASE_MS = seconds(10);
/** So much sooner a process no longer trusts its own lease: for clocks that run unevenly, and for the way to the socket. */
export const LEASE_MARGIN_MS = seconds(3);
/** Tries to renew a lease before a call that is about to go out, each up to now; then the call is not made. */
export const LEASE_RENEWALS_MAX = 3;
/** Calls and files without an answer of which one process remembers how long it has known of them. */
export const PATIENCE_LANES_MAX = 10_000;

/** The largest file that is sent, unless the contract says otherwise: 100 MB; and the most it may say, what stores take at once: 5 GB. */
export const ATTACHMENT_SIZE_DEFAULT = 100 * 1024 * 1024;
export const ATTACHMENT_SIZE_MAX = 5 * 1024 * 1024 * 1024;

/** Files sent at the same time in one contract, beside the lanes. */
export const UPLOADS_AT_ONCE = 3;
/** Addresses asked for in a row while the store says that they are too old. */
export const UPLOAD_URLS_MAX = 3;
/** A file that is being sent when the process ends, or when other rules come, has so long to arrive. */
export const UPLOAD_GRACE_MS = seconds(5);
/** The longest that one file may take, whatever goes on. */
export const UPLOAD_MS_MAX = minutes(60);

/** A lane that is due later than this (or than the contract's own longest wait) was put off by a clock that was set back. */
export const LANE_SLEEP_MS_MAX = minutes(60);

/** Steps of one lane in a row before the others get a turn. */
export const STEPS_PER_TURN_MAX = 50;
/** Of these, in one transaction. */
export const STEPS_TOGETHER_MAX = 10;

/** After a change of rules, linked tickets are compared again in groups, so that today's work is not held up by them. */
export const LANES_COMPARED_AT_ONCE = 50;
export const LANES_COMPARED_EVERY_MS = seconds(5);
/** The last group comes no later than this. */
export const LANES_COMPARED_WITHIN_MS = LANE_SLEEP_MS_MAX;

/** Tries to commit the outcome of a call while the database is away, counted from a stop on; and the pause between two. */
export const OUTCOME_COMMITS_MAX = 10;
export const OUTCOME_COMMIT_PAUSE_MS = seconds(1);
/** Turns of one lane that a defect breaks within that time, before the lane is parked. */
export const BREAKS_MAX = 3;
export const BREAKS_WITHIN_MS = minutes(10);
/** After a broken turn or a database that is away: how long its lane, or the contract, pauses. */
export const TROUBLE_PAUSE_MS = seconds(10);
/** Lanes are looked for at least this often, whatever is due when. */
export const WORK_IDLE_MS_MAX = seconds(5);

/** Bounds of one evaluation: none depends on how busy the machine is. */
export const EXPRESSION_STEPS_MAX = 100_000;
/** Levels of calls and constructs within each other. */
export const EXPRESSION_DEPTH_MAX = 200;
/** Values in a list. */
export const EXPRESSION_SEQUENCE_MAX = 10_000;
/** Characters, values and keys of any value on the way and of the result. */
export const EXPRESSION_SIZE_MAX = 1_000_000;
/** Levels of nesting of such a value. */
export const EXPRESSION_VALUE_DEPTH_MAX = 100;
/** Characters of a picture of a number or date. */
export const EXPRESSION_PICTURE_LENGTH_MAX = 1000;
/** Characters that one regular expression goes through, times the instructions it has. */
export const EXPRESSION_REGEX_WORK_MAX = 50_000_000;
/** Instructions of one regular expression: about one for each character, and those of a group each time it is counted. */
export const EXPRESSION_REGEX_SIZE_MAX = 2000;

/** An alarm is cleared once its measure has stayed below the threshold for so long. */
export const ALARM_CALM_MS = minutes(2);
/** What is measured for alarms is looked at this often at least, and after every poll. */
export const WATCH_EVERY_MS = seconds(30);
/** A message is counted as unread once it has been in the queue for so long: half of what the provider allows. */
export const UNREAD_MS = minutes(15);
/** Tickets that an alarm names. */
export const ALARM_TICKETS_MAX = 5;
/** Tries to tell one alarm to one sink; the pause before the next doubles from the one to the other. */
export const ALARM_DELIVERIES_MAX = 12;
export const ALARM_PAUSE_MS_MIN = seconds(10);
export const ALARM_PAUSE_MS_MAX = minutes(15);

/** The content of an attachment is read, kept and sent in pieces of this many bytes: 1 MiB. */
export const CONTENT_CHUNK_BYTES = 1024 * 1024;
/** What is fetched of a file unless a contract says otherwise, and the most that it may say: 20 MiB, 4 GiB. */
export const ATTACHMENT_BYTES_DEFAULT = 20 * 1024 * 1024;
export const ATTACHMENT_BYTES_MAX = 4 * 1024 * 1024 * 1024;
/** Files fetched at the same time in one contract. */
export const DOWNLOADS_AT_ONCE = 3;
/** After a file could not be had: the pause before the next try doubles from the one to the other. */
export const DOWNLOAD_PAUSE_MS_MIN = seconds(10);
export const DOWNLOAD_PAUSE_MS_MAX = minutes(15);
/** Tries of one file: with the pauses above, they last longer than any address is good. */
export const DOWNLOAD_ATTEMPTS_MAX = 200;
/** A server that sends nothing for so long is given up; and a file that is not there after so long. */
export const DOWNLOAD_SILENCE_MS_MAX = seconds(60);
export const DOWNLOAD_MS_MAX = minutes(60);
/** Redirects followed, each to a host that is allowed. */
export const DOWNLOAD_REDIRECTS_MAX = 3;
/** A file that cannot be had is an alarm when its address expires within so long, and one that was given up for so long. */
export const FILE_EXPIRES_SOON_MS = minutes(30);
export const FILE_GIVEN_UP_MS = minutes(24 * 60);
/** Files that operators are shown, of those that were given up: the latest. */
export const GIVEN_UP_SHOWN_MAX = 500;
/** Downloads are looked for at least this often, and what was put aside and forgotten goes after so long. */
export const DOWNLOADS_IDLE_MS_MAX = seconds(60);
export const ASIDE_MS_MAX = minutes(24 * 60);
