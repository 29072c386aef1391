// Which conversions are at work: said as their indexes have it, so that they are found among millions that are at rest.

/** A conversion `c` that is yet to be told, or changed. */
export const OPEN_CONVERSION = "c.next_at is not null and c.state in ('waiting', 'sending', 'queued', 'reported')";

/** One that a person is to look at. */
export const WRONG_CONVERSION = "(c.state = 'stuck' or (c.state = 'reversed' and c.problem is not null))";
