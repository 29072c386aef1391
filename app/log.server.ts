// Structured logs. Nothing that names a person is logged: no body, no e-mail, no token.
import pino from "pino";

export const log = pino({ level: process.env.LOG_LEVEL ?? "info", base: null });
