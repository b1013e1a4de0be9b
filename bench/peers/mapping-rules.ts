import type { ChangeRule } from './node-red.ts';

/** Thirty rules of a mapping as contracts have them: paths, choices, texts put together, tables, a list, a date. */
export const MAPPING_RULES: readonly ChangeRule[] = Object.entries({
  shortDescription: 'payload.title',
  description: "payload.description & '\\n\\nLocation: ' & payload.location.name",
  status:
    "payload.status = 'New' ? 'open' : payload.status = 'In Progress' ? 'workinprogress' : payload.status in ['On Hold', 'Waiting for Vendor'] ? 'pending' : 'resolved'",
  priority: '$lookup({"P1": "1", "P2": "2", "P3": "3", "P4": "4"}, payload.priority)',
  group:
    '$lookup({"Mainframe Ops": "Ensono Mainframe", "Network Ops": "Ensono Network Support"}, payload.group) ?? \'Ensono Service Desk\'',
  contactName: "payload.caller.name ?? 'Service Desk'",
  contactEmail: "payload.caller.email ?? 'servicedesk@acme.example'",
  contactPhone: 'payload.caller.phone',
  cis: 'payload.ci.name',
  ticketType: "payload.kind = 'request' ? 'Request' : 'Incident'",
  travels: "payload.kind = 'incident' and payload.group in ['Mainframe Ops', 'Network Ops', 'Database Ops']",
  isApproved:
    "payload.kind = 'request' and payload.approval = 'approved' and payload.ci.managed_by = 'ensono'",
  isKept: "payload.group in ['Service Desk', 'Field Services']",
  costCenter: "payload.custom.cost_center ? 'Cost center: ' & payload.custom.cost_center",
  location: 'payload.location.name',
  opened: '$substring(payload.updated, 0, 10)',
  time: '$substring(payload.updated, 11, 5)',
  callerLine: "payload.caller.name & ' <' & payload.caller.email & '>'",
  titleLength: '$length(payload.title)',
  isLong: '$length(payload.description) > 500',
  shortened: 'payload.title.$substring(0, 40)',
  upper: '$uppercase(payload.priority)',
  isVpn: "$contains($lowercase(payload.title), 'vpn')",
  comments: '$count(payload.comments)',
  publicComments: '$count(payload.comments[public])',
  lastAuthor: 'payload.comments[-1].author.name',
  bodies: "$join(payload.comments[public].body, '\\n---\\n')",
  urgent: "payload.priority in ['P1', 'P2']",
  managedBy: "payload.ci.managed_by = 'ensono' ? 'provider' : 'client'",
  number: "$substringAfter(payload.number, 'INC')",
}).map(([name, expression]) => ({ name, expression }));
