import type { Expression } from '../../domain/expression.ts';
import type { Instant } from '../../domain/instant.ts';
import type { JsonObject } from '../../domain/json.ts';
import { EXPRESSION_SIZE_MAX } from '../../domain/limits.ts';
import { attachmentContext, commentContext, ticketContext } from '../../domain/ticket.ts';
import { HELPERS } from '../../jsonata/source/helpers.ts';
import { fits } from '../../wire/fit-text.ts';
import { harmless } from '../appended.ts';
import { isTrue } from '../condition.ts';
import { asText } from '../field.ts';
import { commentParts } from '../shorten.ts';

/** Thrown where the rules have to be gone through one by one: for what is unusual, and for every fault. */
const leave: () => never = HELPERS.leave;

/** What the programs call. Of each value they make what the rules would, or leave it to them. */
export const PROGRAM_HELPERS = {
  ticketContext,
  commentContext,
  attachmentContext,
  harmless,
  fits,
  commentParts,
  /** An expression that is no part of the program. */
  evaluated: (expression: Expression, input: JsonObject, now: Instant): unknown => {
    const result = expression.evaluate(input, now);
    if (result.kind === 'failed') return leave();
    return result.kind === 'value' ? result.value : undefined;
  },
  /** As text; nothing of nothing. A structure is a fault in one place and nothing in another. */
  asWord: (value: unknown): string | undefined => {
    if (typeof value === 'string') return value.length < EXPRESSION_SIZE_MAX ? value : leave();
    switch (typeof value) {
      case 'number':
        return Number.isFinite(value) ? String(value) : leave();
      case 'boolean':
        return String(value);
      case 'undefined':
        return undefined;
      default:
        return value === null ? undefined : leave();
    }
  },
  /** The same of what an expression that is no part of the program yields: it may be a list. */
  asPlainWord: (value: unknown): string | undefined =>
    value === undefined ? undefined : (asText(value as JsonObject) ?? leave()),
  holds: (value: unknown): boolean => {
    if (typeof value === 'boolean') return value;
    switch (typeof value) {
      case 'string':
        return value.length < EXPRESSION_SIZE_MAX ? value !== '' : leave();
      case 'number':
        return Number.isFinite(value) ? value !== 0 : leave();
      case 'undefined':
        return false;
      default:
        return value === null ? false : leave();
    }
  },
  plainHolds: (value: unknown): boolean => value !== undefined && isTrue(value as JsonObject),
};
