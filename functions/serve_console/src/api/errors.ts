export const TOO_MANY = 429;
const PRECONDITION_FAILED = 412;

/** What the API, or the way to it, answered instead of data. */
export class ApiError extends Error {
  constructor(
    /** The HTTP status; 0 if the API could not be reached. */
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Record<string, unknown> = {},
    /** Seconds after which to retry, if the API states it. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }

  /** Whether someone else changed the resource: before the request (412), or while the API saved it (409). */
  get isEditConflict(): boolean {
    return this.status === PRECONDITION_FAILED || this.code === "version_conflict";
  }

  /** The field or parameter that is wrong, as forms show it beside their fields. */
  get field(): string | undefined {
    const named = this.details.field ?? this.details.parameter ?? this.details.name;
    return typeof named === "string" ? named : undefined;
  }

  /** What is wrong with a field, for its place in the form: `at("name")`, `at("fields.0.label")`. */
  at(field: string): string | undefined {
    const errors = Array.isArray(this.details.errors) ? (this.details.errors as { field: string; message: string }[]) : [];
    const found = errors.find((error) => error.field === field || error.field.startsWith(`${field}.`));
    if (found) return found.message;
    return this.field === field || this.field?.startsWith(`${field}.`) ? this.message : undefined;
  }
}

/** Reads `{code, message, details}`; what is no JSON comes from API Gateway or a proxy. */
export async function errorOf(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) ?? {};
  const message = typeof body.message === "string" ? body.message : "";
  const wait = Number.parseInt(response.headers.get("retry-after") ?? "", 10);
  const code = body.code ?? codeOf(response.status);
  return new ApiError(response.status, code, message, body.details ?? {}, Number.isNaN(wait) ? undefined : wait);
}

/** What the API would have called it. */
const codeOf = (status: number): string => (status === TOO_MANY ? "rate_limited" : status >= 500 ? "internal_error" : "refused");
