export type DeviceKind = 'audioinput' | 'videoinput' | 'audiooutput';

/** Why a microphone or a camera cannot be used, in the terms a person can act on. */
export type DeviceProblem =
  | 'denied' // the person, or a policy, said no to this page
  | 'denied-by-system' // the operating system does not let the browser at it
  | 'missing' // there is no such device
  | 'in-use' // another program holds it, or the hardware does not start
  | 'insecure' // the page came without TLS, so the browser offers no devices at all
  | 'unknown';

/** Names differ between browsers and ages of them; the spec's are in Media Capture section 10.2. */
export function problemOf(error: unknown): DeviceProblem {
  if (!(error instanceof Error) && !(error instanceof DOMException)) return 'unknown';
  switch (error.name) {
    case 'NotAllowedError':
    case 'PermissionDeniedError':
      // Chromium alone says which of the two it was, and only in the text.
      return /system/i.test(error.message) ? 'denied-by-system' : 'denied';
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'DevicesNotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'TrackStartError':
    case 'AbortError':
      return 'in-use';
    default:
      return 'unknown';
  }
}
