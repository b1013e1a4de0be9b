import type { JsonObject } from '../../engine/domain/json.ts';
import { commentContext, type Ticket, type TicketComment } from '../../engine/domain/ticket.ts';
import { mapComments } from '../../engine/map/outbound.ts';
import type { ItsmDescription } from '../../engine/domain/itsm-description.ts';
import { fillGaps } from './fill-gaps.ts';
import { meetings } from './meet-condition.ts';
import { pathsIn, type Workshop } from './say-field.ts';
import { typeAt, withValue, type Path } from './ticket-values.ts';

/**
 * A comment that the contract lets travel, with this text in its body; null: none can be made (or it sends none).
 * @param written fields that a file gives the comments of the test
 */
export function makeComment(
  workshop: Workshop,
  ticket: Ticket,
  key: string,
  body: string,
  written: JsonObject | null,
): TicketComment | null {
  const { contract, now } = workshop;
  const rules = contract.outbound.comments;
  const bodyRule = rules?.fields.get('body');
  if (rules === null || bodyRule === undefined) return null;
  const typeOf = (path: Path) => typeInComments(contract.itsm, path);
  for (const fields of written === null ? meetings(rules.when, {}, typeOf, now) : [written]) {
    const contextOf = (some: JsonObject): JsonObject => commentContext({ key, fields: some });
    for (const path of pathsIn(bodyRule.value, contextOf(fields), now)) {
      if (typeOf(path) !== 'text') continue;
      const withBody = withValue(fields, path, body);
      const row = { fields: withBody, typeAt: typeOf, contextOf };
      const comment: TicketComment = { key, fields: fillGaps(row, rules.fields.values(), now) };
      const { mapped, faults } = mapComments(rules, { ...ticket, comments: [comment] }, now);
      if (faults.length === 0 && mapped[0]?.parts[0]?.body?.includes(body) === true) return comment;
    }
  }
  return null;
}

const typeInComments = ({ comments, tickets }: ItsmDescription, path: Path): ReturnType<typeof typeAt> =>
  comments === null
    ? null
    : typeAt({ tickets: { ...tickets, fields: comments.fields, customFields: null } }, path);
