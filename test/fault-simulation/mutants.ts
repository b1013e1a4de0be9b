/** A deliberate break of the engine: one text in one file becomes another. */
export interface Mutant {
  readonly name: string;
  /** Why somebody could write it. */
  readonly because: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** Each must be caught by the simulation. A `find` that is not in its file, or there twice, is an error of this list. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'delete before commit',
    because: 'it looks safer to free the queue first, and the commit hardly ever fails',
    file: 'engine/runtime/accept.ts',
    find: `    const keeping = await keepOrNote(runtime, queue, gate);`,
    replace: `    for (const message of queue.messages) await remove(runtime, message);
    const keeping = await keepOrNote(runtime, queue, gate);`,
  },
  {
    name: 'a known message is not deleted again',
    because: 'a duplicate changes nothing, so it seems to need nothing',
    file: 'engine/runtime/accept.ts',
    find: `    for (const message of kept) await remove(runtime, message);`,
    replace: `    for (const message of kept) if (message.receiveCount === 1) await remove(runtime, message);`,
  },
  {
    name: 'no intent',
    because: 'the outcome is saved anyway, one commit less is faster',
    file: 'engine/runtime/prepare-call.ts',
    find: `  await tx.store.saveLane(expecting);`,
    replace: `  await tx.store.saveLane({ ...expecting, state: { ...expecting.state, intent: null } });`,
  },
  {
    name: 'resend too early',
    because: 'a minute is long, and the bridge is usually fast',
    file: 'engine/domain/limits.ts',
    find: `export const PATIENCE_MS_MIN = seconds(60);`,
    replace: `export const PATIENCE_MS_MIN = seconds(20);`,
  },
  {
    name: 'a call left by a dead process is repeated at once',
    because: 'the new process knows of no call, so nothing seems to be under way',
    file: 'engine/runtime/prepare-call.ts',
    find: `  if (intent === null) return null;`,
    replace: `  if (intent === null || (resendAt === null && intent.kind === 'notes')) return null;`,
  },
  {
    name: 'order by SentTimestamp as text',
    because: 'the attribute is a text on the wire',
    file: 'engine/domain/message.ts',
    find: `  if (a.sentAt !== b.sentAt) return a.sentAt - b.sentAt;`,
    replace: `  if (a.sentAt !== b.sentAt) return String(a.sentAt) < String(b.sentAt) ? -1 : 1;`,
  },
  {
    name: 'SequenceNumber as a double',
    because: 'it is a number, and Number() reads numbers',
    file: 'engine/domain/message.ts',
    find: `  const left = BigInt(a.sequence);
  const right = BigInt(b.sequence);`,
    replace: `  const left = Number(a.sequence);
  const right = Number(b.sequence);`,
  },
  {
    name: 'messages in the order of their arrival',
    because: 'a FIFO queue is in order by its name',
    file: 'adapters/database/simulated/inbox.ts',
    find: `  compareMessages(one, other) || one.rowId - other.rowId;`,
    replace: `  one.rowId - other.rowId + 0 * compareMessages(one, other);`,
  },
  {
    name: 'cursor without overlap',
    because: 'everything before the cursor was seen',
    file: 'engine/runtime/detect.ts',
    find: ` - source.overlapMs;`,
    replace: `;`,
  },
  {
    name: 'a ticket is not looked at once more',
    because: 'a row that was seen with this date is seen',
    file: 'engine/runtime/detect.ts',
    find: `now + source.settleMs, now + source.overlapMs);`,
    replace: `now + source.settleMs, null);`,
  },
  {
    name: 'shadow moved whole',
    because: 'the message is applied, so both sides have what the row says',
    file: 'engine/plan/move-shadow.ts',
    find: `  const fields: { [field in UpdateField]?: string } = { ...shadow.fields };`,
    replace: `  const fields: { [field in UpdateField]?: string } = { ...shadow.fields, ...after };`,
  },
  {
    name: 'shadow not moved by a message',
    because: 'only our own calls are what we agreed to',
    file: 'engine/runtime/write-update.ts',
    find: `    lane: moved(after),`,
    replace: `    lane,`,
  },
  {
    name: 'unsure ignored',
    because: 'the value is the same as the one that was agreed',
    file: 'engine/plan/changed-fields.ts',
    find: `if (value !== shadow.fields[field] || shadow.unsure.includes(field)) changed`,
    replace: `if (value !== shadow.fields[field]) changed`,
  },
  {
    name: 'everything is sent',
    because: 'an update with all fields cannot miss one',
    file: 'engine/plan/changed-fields.ts',
    find: `    if (value !== shadow.fields[field] || shadow.unsure.includes(field)) changed[field] = value;
  }
  return changed;`,
    replace: `    changed[field] = value;
  }
  return Object.entries(changed).some(([name, value]) => value !== shadow.fields[name as UpdateField]) ? changed : {};`,
  },
  {
    name: 'nothing is unsure before a call',
    because: 'the answer will tell',
    file: 'engine/plan/move-shadow.ts',
    find: `    unsure: union(shadow.unsure, names),
    sent`,
    replace: `    unsure: shadow.unsure,
    sent`,
  },
  {
    name: 'a message that crosses our call is newer',
    because: 'it arrives later',
    file: 'engine/plan/move-shadow.ts',
    find: `if (sent === undefined || sentAt > sent.to) return 'newer';`,
    replace: `if (sent === undefined || sentAt >= sent.from) return 'newer';`,
  },
  {
    name: 'an ending in doubt',
    because: 'a closing crosses our calls as any other change does',
    file: 'engine/plan/move-shadow.ts',
    find: `    if (field === 'status' && ended !== null) {`,
    replace: `    if (field === 'status' && ended === 'never') {`,
  },
  {
    name: 'comments of a create are not in the ledger',
    because: 'the create is settled, and its fields are agreed',
    file: 'engine/runtime/link.ts',
    find: `  await recordSent(tx, lane.id, intent.comments, now);
  return {
    ...withState(lane, {
      link: 'linked',
      origin: 'client',
      shadow: {
        fields: { ...intent.fields`,
    replace: `  return {
    ...withState(lane, {
      link: 'linked',
      origin: 'client',
      shadow: {
        fields: { ...intent.fields`,
  },
  {
    name: 'comments of a repeated create',
    because: 'what is new since then can travel along',
    file: 'engine/plan/plan-outbound.ts',
    find: `  return intent?.kind === 'create' ? unsent.filter(({ key }) => intent.comments.includes(key)) : unsent;`,
    replace: `  return intent?.kind === 'create' ? unsent : unsent;`,
  },
  {
    name: 'an update without an answer counts as sent',
    because: 'nearly always it has arrived',
    file: 'engine/runtime/confirm-outcome.ts',
    find: `export const doubtful = (lane: Lane, intent: Intent): Lane =>
  withState(lane, intent.kind === 'create' ? { link: 'unknown' } : {});`,
    replace: `export const doubtful = (lane: Lane, intent: Intent): Lane =>
  withState(lane, intent.kind === 'create' ? { link: 'unknown' } : intent.kind === 'update' ? { intent: null, shadow: confirmCall(lane.state.shadow, intent.fields, { from: intent.at, to: intent.at }) } : {});`,
  },
  {
    name: 'the newest comment first',
    because: 'people read the newest first',
    file: 'engine/plan/plan-outbound.ts',
    find: `  return mapped.comments.filter((comment) => !crossed.has(comment.key));`,
    replace: `  return mapped.comments.filter((comment) => !crossed.has(comment.key)).reverse();`,
  },
  {
    name: 'a comment is looked up by its message',
    because: 'a message that is new brings a comment that is new',
    file: 'engine/runtime/write-comment.ts',
    find: `if (providerId !== null && ledger.some((entry) => entry.providerId === providerId)) {`,
    replace: `if (providerId === '' && ledger.some((entry) => entry.providerId === providerId)) {`,
  },
  {
    name: 'duplicate not checked',
    because: 'a FIFO queue delivers exactly once',
    file: 'adapters/database/simulated/inbox.ts',
    find: `        if (this.#byMessage.has(message.id)) return false;`,
    replace: ``,
  },
  {
    name: 'a second Create opens a second ticket',
    because: 'a Create opens a ticket',
    file: 'engine/decide/decide-message.ts',
    find: `    case 'Create':
      if (lane.clientTicket === null)`,
    replace: `    case 'Create':
      if (lane.clientTicket === null || textOf(context, 'clientTicketNumber') === '')`,
  },
  {
    name: 'numberOwed forgotten',
    because: 'the row has the number, so both sides know the ticket',
    file: 'engine/runtime/open-ticket.ts',
    find: `      numberOwed: true,`,
    replace: `      numberOwed: false,`,
  },
  {
    name: 'surplus not cancelled',
    because: 'it was told to the operator',
    file: 'engine/runtime/apply-message.ts',
    find: `{ surplus: [...lane.state.surplus, decision.providerTicket] },`,
    replace: `{ surplus: lane.state.surplus },`,
  },
  {
    name: 'a second provider ticket takes over',
    because: 'the newest number is the right one',
    file: 'engine/decide/decide-message.ts',
    find: `      : { kind: 'surplus', providerTicket };
  }

  switch (type) {`,
    replace: `      : { kind: 'link', providerTicket };
  }

  switch (type) {`,
  },
  {
    name: 'closing without resolving',
    because: 'closed says more than resolved',
    file: 'engine/plan/plan-outbound.ts',
    find: `        ...(isResolved
          ? []`,
    replace: `        ...(isResolved || agreed !== 'never'
          ? []`,
  },
  {
    name: 'a ticket re-opened there is closed as if it were resolved',
    because: 'ours has been resolved all the time',
    file: 'engine/runtime/open-again.ts',
    find: `        lane: withState(lane, { reopenedThere: true }),`,
    replace: `        lane: withState(lane, {}),`,
  },
  {
    name: 'comments after the close',
    because: 'the status is the most important change',
    file: 'engine/plan/plan-outbound.ts',
    find: `  const actions = [...updates, ...comments, ...endings];`,
    replace: `  const actions = [...endings, ...updates, ...comments];`,
  },
  {
    name: 'fields within a resolution',
    because: 'one call less',
    file: 'engine/plan/plan-outbound.ts',
    find: `    fields: { status: word, ...notes },`,
    replace: `    fields: { ...changedFields(shadow, wanted), status: word, ...notes },`,
  },
  {
    name: 'closed ticket written to',
    because: 'the provider says no if it does not want it',
    file: 'engine/plan/plan-outbound.ts',
    find: `  if (hasEnded(agreed)) {`,
    replace: `  if (agreed === 'cancelled') {`,
  },
  {
    name: 'substitutes forgotten',
    because: 'the refused value may be welcome the next time',
    file: 'engine/plan/plan-outbound.ts',
    find: `  const wanted = substitute(mapped.payload, lane.state.substitutes);
  const status = wanted.status;`,
    replace: `  const wanted = mapped.payload;
  const status = wanted.status;`,
  },
  {
    name: 'kept internal said again and again',
    because: 'the provider has changed it, so it is told again',
    file: 'engine/plan/plan-outbound.ts',
    find: `    if (lane.state.keptInternal || isDone(wanted.status)) return [];`,
    replace: `    if (isDone(wanted.status)) return [];`,
  },
  {
    name: 'merge loses messages',
    because: 'the lane is gone, and so is what was in it',
    file: 'adapters/database/simulated/inbox.ts',
    find: `    this.#setWaiting(into, [...this.#waitingIn(into), ...moved].sort(compareRows));`,
    replace: `    this.#setWaiting(into, [...this.#waitingIn(into)].sort(compareRows));`,
  },
  {
    name: 'out of contract is not remembered',
    because: 'each message is asked for itself',
    file: 'engine/decide/decide-message.ts',
    find: `  if (lane.state.outOfScope !== null && !canBeFiltered(message) && type !== 'ReturnEnsonoNum') {`,
    replace: `  if (lane.state.outOfScope === '' && !canBeFiltered(message) && type !== 'ReturnEnsonoNum') {`,
  },
  {
    name: 'an outcome that is committed already',
    because: 'the answer came, so it is to be written down',
    file: 'engine/runtime/record-answer.ts',
    find: `  if (lane.state.intent?.id !== call.intent.id) {`,
    replace: `  if (lane.state.intent?.id === '') {`,
  },
  {
    name: 'an outcome is not waited for',
    because: 'the turn comes again when the database is back',
    file: 'engine/runtime/perform-call.ts',
    find: `if (!(error instanceof DatabaseUnavailable) || hurriedTries >= OUTCOME_COMMITS_MAX) throw error;`,
    replace: `if (!(error instanceof DatabaseUnavailable) || hurriedTries < OUTCOME_COMMITS_MAX) throw error;`,
  },
  {
    name: 'a server error is a refusal',
    because: 'the bridge said no',
    file: 'engine/decide/decide-answer.ts',
    find: `      return answer.error === 'server-failure' || answer.error === 'unclear';`,
    replace: `      return answer.error === 'unclear';`,
  },
  {
    name: 'a reset connection is not reached',
    because: 'the connection is gone, so the request is too',
    file: 'engine/wire/read-answer.ts',
    find: `    return { kind: 'no-answer', reached: answer.reached, reason: answer.reason };`,
    replace: `    return { kind: 'no-answer', reached: answer.reached && answer.reason !== 'connection reset', reason: answer.reason };`,
  },
  {
    name: 'the lease is not asked for before a call',
    because: 'the lane was taken a moment ago',
    file: 'engine/runtime/perform-call.ts',
    find: `  if (!(await hold.by.confirm())) {`,
    replace: `  if ((await Promise.resolve(hold.by.id)) === '') {`,
  },
  {
    name: 'fencing not checked',
    because: 'whoever works a lane has taken it',
    file: 'adapters/database/simulated/lanes.ts',
    find: `(this.#isHeld(held) ? this.get(held.lane) : null)`,
    replace: `this.get(held.lane)`,
  },
  {
    name: 'lanes are taken from whoever holds them',
    because: "a lane that is due is nobody else's",
    file: 'adapters/database/simulated/instances.ts',
    find: `    return holder.owner === owner || isFree(holder.owner);`,
    replace: `    return holder.fence >= 0 || isFree(holder.owner);`,
  },
  {
    name: 'patience by the date alone',
    because: 'the lane says when it is to be sent again',
    file: 'engine/runtime/patience.ts',
    find: `      return Math.max(0, since + PATIENCE_MS_MIN - clock.elapsed());`,
    replace: `      return Math.min(0, since + PATIENCE_MS_MIN - clock.elapsed());`,
  },
];
