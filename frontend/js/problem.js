/** What went wrong when the API was asked, in its own words. */

/** An answer of the API that is not a success, in the words it gave. */
export class Problem extends Error {
  /** @param {{title?: string, detail?: string, status?: number, allowed?: string[], did_you_mean?: string[], errors?: {pointer: string, detail: string}[]}} body */
  constructor(body) {
    super(body.detail || body.title || 'The server did not answer as expected.');
    this.title = body.title || 'Something went wrong';
    this.status = body.status ?? 0;
    this.allowed = body.allowed ?? [];
    this.didYouMean = body.did_you_mean ?? [];
    this.errors = body.errors ?? [];
  }
}
